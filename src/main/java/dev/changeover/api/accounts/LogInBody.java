package dev.changeover.api.accounts;

import static dev.changeover.audit.AuditEntry.Subject.Kind.ACCOUNT;

import dev.changeover.access.LogIn;
import dev.changeover.api.ApiException;
import dev.changeover.api.audit.Change;
import org.jspecify.annotations.Nullable;

/**
 * Proof of identity: name and password, or the one-time token alone.
 *
 * @param oneTimeToken what the first start of a server leaves in its data directory; good until there is an operator
 */
record LogInBody(
        @Nullable String name,
        @Nullable String password,
        @Nullable String oneTimeToken) {

    LogIn.Done with(LogIn logIn, String address, Change change) {
        if (name != null) {
            change.about(ACCOUNT, name);
        }
        var done = with(logIn, address);
        change.by(done.account().name());
        return done;
    }

    private LogIn.Done with(LogIn logIn, String address) {
        if (oneTimeToken != null) {
            return logIn.byOneTimeToken(oneTimeToken, address);
        }
        if (name == null) {
            throw ApiException.badParameter("name", "is missing; name and password are needed, or one_time_token");
        }
        if (password == null) {
            throw ApiException.badParameter("password", "is missing");
        }
        return logIn.byPassword(name, password, address);
    }

    /** Without the secrets, wherever it may be written. */
    @Override
    public String toString() {
        return "log-in of " + name;
    }
}
