package dev.changeover.api.caller;

import dev.changeover.access.Account;
import dev.changeover.access.Role;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import java.util.Map;
import java.util.Objects;

/**
 * The caller of a route. Controllers get it as a parameter.
 *
 * @param address where the call comes from
 */
public record Caller(Account account, String address) {
    private static final String ACCOUNT = "account";

    static Authentication authentication(Account account) {
        return Authentication.build(account.name(), account.role().permissions(), Map.of(ACCOUNT, account));
    }

    static Caller of(HttpRequest<?> request, Authentication authentication) {
        var account = (Account) authentication.getAttributes().get(ACCOUNT);
        return new Caller(Objects.requireNonNull(account, "every caller has an account"), addressOf(request));
    }

    /** Where a call comes from, also one of nobody that is known. */
    public static String addressOf(HttpRequest<?> request) {
        var address = request.getRemoteAddress().getAddress();
        return address == null ? "unknown" : address.getHostAddress();
    }

    public boolean isOperator() {
        return account.role() == Role.OPERATOR;
    }

    public boolean may(String permission) {
        return account.role().permissions().contains(permission);
    }

    /** Whether what belongs to the project exists for this caller. */
    public boolean sees(String projectId) {
        return account.sees(projectId);
    }

    /** For ledger and events. */
    @Override
    public String toString() {
        return account.name() + "@" + address;
    }
}
