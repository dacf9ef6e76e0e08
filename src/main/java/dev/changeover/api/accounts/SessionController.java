package dev.changeover.api.accounts;

import dev.changeover.access.LogIn;
import dev.changeover.access.Tokens;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.ConsoleSessions;
import dev.changeover.api.caller.CsrfTokens;
import dev.changeover.api.caller.Origin;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The console's sessions: a token in a cookie that no script can read, and one that scripts of our pages can. */
@Controller(ConsoleSessions.PATH)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Access")
class SessionController {
    private final LogIn logIn;
    private final Tokens tokens;
    private final CsrfTokens csrf;
    private final Clock clock;

    SessionController(LogIn logIn, Tokens tokens, CsrfTokens csrf, Clock clock) {
        this.logIn = logIn;
        this.tokens = tokens;
        this.csrf = csrf;
        this.clock = clock;
    }

    /** Begins a session; from a page of this server only. */
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Action("session.begin")
    @Post
    HttpResponse<SessionAnswer> begin(
            @Body LogInBody body, HttpRequest<?> request, @Parameter(hidden = true) Change change) {
        Origin.refuseForeign(request);
        var done = body.with(logIn, Caller.addressOf(request), change);
        var token = done.token();
        var lifetime = Duration.between(clock.instant(), token.expires());
        var secure = request.isSecure() || Origin.isSecure(request);
        return HttpResponse.ok(SessionAnswer.of(done))
                .cookie(cookie(ConsoleSessions.COOKIE, token.text(), lifetime, secure)
                        .httpOnly(true))
                .cookie(cookie(ConsoleSessions.CSRF_COOKIE, csrf.of(token.id()), lifetime, secure))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** Ends the session; other ones of the same account go on. */
    @Secured(SecurityRule.IS_AUTHENTICATED)
    @Action("session.end")
    @Delete
    HttpResponse<?> end(HttpRequest<?> request) {
        ConsoleSessions.cookie(request).flatMap(tokens::bearer).ifPresent(tokens::end);
        var secure = request.isSecure() || Origin.isSecure(request);
        return HttpResponse.status(HttpStatus.NO_CONTENT)
                .cookie(cookie(ConsoleSessions.COOKIE, "", Duration.ZERO, secure)
                        .httpOnly(true))
                .cookie(cookie(ConsoleSessions.CSRF_COOKIE, "", Duration.ZERO, secure));
    }

    private static Cookie cookie(String name, String value, Duration age, boolean secure) {
        return Cookie.of(name, value)
                .path("/")
                .maxAge(age)
                .sameSite(SameSite.Strict)
                .secure(secure);
    }

    /**
     * A session and whose it is; what proves it is in the cookies.
     *
     * @param projects ids of those the account sees; * for all
     */
    record SessionAnswer(String expiresAt, String name, String role, List<String> projects, List<String> permissions) {

        static SessionAnswer of(LogIn.Done done) {
            var who = LogInController.WhoAnswer.of(done.account());
            return new SessionAnswer(
                    Times.of(done.token().expires()), who.name(), who.role(), who.projects(), who.permissions());
        }
    }
}
