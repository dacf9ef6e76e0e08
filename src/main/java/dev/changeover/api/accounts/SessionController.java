package dev.changeover.api.accounts;

import dev.changeover.access.LogIn;
import dev.changeover.access.Tokens;
import dev.changeover.access.provider.ProviderLogIn;
import dev.changeover.api.ApiException;
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
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The console's sessions: a token in a cookie that no script can read, and one that scripts of our pages can. */
@Controller(ConsoleSessions.PATH)
@Tag(name = "Access")
record SessionController(
        LogIn logIn, @Nullable ProviderLogIn identityProvider, Tokens tokens, CsrfTokens csrf, Clock clock) {
    /** Where the provider sends the browser back to; the page sends code and state on. */
    private static final String PAGE = "/login";

    /** Begins a session; from a page of this server only. */
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Action("session.begin")
    @Post
    HttpResponse<SessionAnswer> begin(
            @Body LogInBody body, HttpRequest<?> request, @Parameter(hidden = true) Change change) {
        Origin.refuseForeign(request);
        return begun(request, body.with(logIn, Caller.addressOf(request), change));
    }

    /** The identity provider where people may log in, if there is one. */
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Get("/provider")
    ProviderAnswer provider() {
        return new ProviderAnswer(identityProvider == null ? null : identityProvider.label());
    }

    /** Begins a log-in at the identity provider: the browser goes to the address, and brings back a code. */
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Action(Action.READ)
    @Post("/provider")
    HttpResponse<ProviderAddress> atProvider(HttpRequest<?> request) {
        Origin.refuseForeign(request);
        var begun = known().begin(Origin.page(request, PAGE));
        return HttpResponse.ok(new ProviderAddress(begun.provider().toString()))
                .cookie(ticket(request, begun.ticket(), ProviderLogIn.TIME))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** Begins a session by what the identity provider sent the browser back with. */
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Action("session.begin")
    @Post("/provider/code")
    HttpResponse<SessionAnswer> byProvider(
            @Body CodeBody body, HttpRequest<?> request, @Parameter(hidden = true) Change change) {
        Origin.refuseForeign(request);
        var ticket = ConsoleSessions.cookie(request, ConsoleSessions.TICKET_COOKIE);
        var done = known().finish(
                        UserBody.given("code", body.code),
                        UserBody.given("state", body.state),
                        ticket.orElse(null),
                        Caller.addressOf(request));
        change.by(done.account().name());
        return begun(request, done).cookie(ticket(request, "", Duration.ZERO));
    }

    private ProviderLogIn known() {
        if (identityProvider == null) {
            throw ApiException.badParameter("provider", "this server has none where its people could log in");
        }
        return identityProvider;
    }

    private static Cookie ticket(HttpRequest<?> request, String value, Duration age) {
        return cookie(ConsoleSessions.TICKET_COOKIE, value, age, isSecure(request))
                .httpOnly(true);
    }

    private MutableHttpResponse<SessionAnswer> begun(HttpRequest<?> request, LogIn.Done done) {
        var token = done.token();
        var lifetime = Duration.between(clock.instant(), token.expires());
        var secure = isSecure(request);
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
        var secure = isSecure(request);
        return HttpResponse.status(HttpStatus.NO_CONTENT)
                .cookie(cookie(ConsoleSessions.COOKIE, "", Duration.ZERO, secure)
                        .httpOnly(true))
                .cookie(cookie(ConsoleSessions.CSRF_COOKIE, "", Duration.ZERO, secure));
    }

    private static boolean isSecure(HttpRequest<?> request) {
        return request.isSecure() || Origin.isSecure(request);
    }

    private static Cookie cookie(String name, String value, Duration age, boolean secure) {
        return Cookie.of(name, value)
                .path("/")
                .maxAge(age)
                .sameSite(SameSite.Strict)
                .secure(secure);
    }

    /** @param name how people know it; null where there is none */
    record ProviderAnswer(@Nullable String name) {}

    /** Where to log in. */
    record ProviderAddress(String address) {}

    /** What the browser came back with. */
    record CodeBody(@Nullable String code, @Nullable String state) {
        /** Without the code, wherever it may be written. */
        @Override
        public String toString() {
            return "code of a log-in";
        }
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
