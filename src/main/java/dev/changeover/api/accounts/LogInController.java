package dev.changeover.api.accounts;

import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.LogIn;
import dev.changeover.access.OneTimeToken;
import dev.changeover.access.Tokens;
import dev.changeover.api.ApiException;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.signature.TokenHeader;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.filters.SecurityFilter;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;

/** How programs and the command line log in, and who they are then. */
@Controller("/v3")
@Tag(name = "Access")
record LogInController(LogIn logIn, Tokens tokens, Accounts accounts) {
    /** Where the published interface's token call has it. */
    private static final String SUBJECT_TOKEN = "X-Subject-Token";

    /** Gives a token for name and password, or for the one-time token of a first start. */
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Action("token.issue")
    @Post("/login")
    HttpResponse<TokenAnswer> logIn(
            @Body LogInBody body, HttpRequest<?> request, @Parameter(hidden = true) Change change) {
        var done = body.with(logIn, Caller.addressOf(request), change);
        return HttpResponse.ok(TokenAnswer.of(done))
                .header(SUBJECT_TOKEN, done.token().text())
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /**
     * Ends all tokens and sessions of the caller; of the provider's people only this one. Its own tokens end there, and a
     * one-time token by the first operator that is added.
     */
    @Secured(SecurityRule.IS_AUTHENTICATED)
    @Action("token.end-all")
    @Post("/logout")
    @Status(HttpStatus.NO_CONTENT)
    void logOut(@Parameter(hidden = true) Caller caller, HttpRequest<?> request) {
        var ours = request.getAttribute(SecurityFilter.TOKEN, String.class).flatMap(tokens::bearer);
        if (ours.isEmpty() && OneTimeToken.NAMES.contains(caller.account().name())) {
            throw ApiException.badParameter(
                    TokenHeader.NAME, "a one-time token ends with the first operator that is added, or by its time");
        }
        ours.ifPresent(tokens::end);
        if (!caller.account().isProvided()) {
            accounts.endTokens(caller.account().name());
        } else if (ours.isEmpty()) {
            throw ApiException.badParameter(TokenHeader.NAME, "a token of the identity provider ends there, not here");
        }
    }

    /** The caller's name, role and permissions. */
    @Secured(SecurityRule.IS_AUTHENTICATED)
    @Get("/me")
    WhoAnswer me(@Parameter(hidden = true) Caller caller) {
        return WhoAnswer.of(caller.account());
    }

    /**
     * A token and whose it is.
     *
     * @param token for the header X-Auth-Token, or Authorization: Bearer
     * @param projects ids of those the account sees; * for all
     */
    record TokenAnswer(
            String token, String expiresAt, String name, String role, List<String> projects, List<String> permissions) {

        static TokenAnswer of(LogIn.Done done) {
            var who = WhoAnswer.of(done.account());
            return new TokenAnswer(
                    done.token().text(),
                    Times.of(done.token().expires()),
                    who.name,
                    who.role,
                    who.projects,
                    who.permissions);
        }

        /** Without the token, wherever it may be written. */
        @Override
        public String toString() {
            return "token of " + name;
        }
    }

    /**
     * An account.
     *
     * @param projects ids of those it sees; * for all
     */
    record WhoAnswer(String name, String role, List<String> projects, List<String> permissions) {
        static WhoAnswer of(Account account) {
            return new WhoAnswer(
                    account.name(),
                    account.role().word(),
                    account.projects().stream().sorted().toList(),
                    account.role().permissions());
        }
    }
}
