package dev.changeover.api.caller;

import dev.changeover.access.Tokens;
import dev.changeover.api.ApiException;
import dev.changeover.api.FilterOrder;
import dev.changeover.api.signature.TokenHeader;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.security.filters.SecurityFilter;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Knows the console's callers by their cookie. A browser sends that with whatever any page makes it send, so a request
 * that may change something must also carry what only our pages can read. Credentials in a header count before it.
 */
@Singleton
public final class ConsoleSessions implements AuthenticationFetcher<HttpRequest<?>> {
    /** The cookie that has the session, and that no script reads. */
    public static final String COOKIE = "changeover_session";
    /** The cookie that has what a log-in at the identity provider began with. */
    public static final String TICKET_COOKIE = "changeover_log_in";
    /** The cookie from which our own pages read what they have to send. */
    public static final String CSRF_COOKIE = "changeover_csrf";

    static final String CSRF_HEADER = "X-CSRF-Token";
    /** Where a session begins and ends. */
    public static final String PATH = "/v3/session";

    private final Tokens tokens;
    private final CsrfTokens csrf;
    private final Scheduler blocking;

    ConsoleSessions(Tokens tokens, CsrfTokens csrf, @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.tokens = tokens;
        this.csrf = csrf;
        this.blocking = Schedulers.fromExecutorService(executor);
    }

    @Override
    public int getOrder() {
        return FilterOrder.CONSOLE_SESSIONS;
    }

    @Override
    public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
        var cookie = cookie(request);
        return cookie.isEmpty()
                        || request.getHeaders().contains(TokenHeader.NAME)
                        || request.getHeaders().contains(HttpHeaders.AUTHORIZATION)
                        || beginsAnother(request)
                ? Mono.empty()
                : Mono.fromCallable(() -> tokens.bearer(cookie.get()))
                        .subscribeOn(blocking)
                        .flatMap(Mono::justOrEmpty)
                        .map(bearer -> authentication(request, bearer, cookie.get()));
    }

    /** The value of the request's cookie, whether it is a session or not. */
    public static Optional<String> cookie(HttpRequest<?> request) {
        return cookie(request, COOKIE);
    }

    /** The value of a cookie of the request. */
    public static Optional<String> cookie(HttpRequest<?> request, String name) {
        return request.getCookies().findCookie(name).map(Cookie::getValue);
    }

    /** A caller that logs in again still has the previous cookie, but no page of that session open. */
    private static boolean beginsAnother(HttpRequest<?> request) {
        return request.getMethod() == HttpMethod.POST && request.getPath().startsWith(PATH);
    }

    private Authentication authentication(HttpRequest<?> request, Tokens.Bearer bearer, String token) {
        var given = request.getHeaders().findFirst(CSRF_HEADER).orElse(null);
        if (!SignedCalls.QUESTIONS.contains(request.getMethod()) && !csrf.belongs(given, bearer.id())) {
            throw new ApiException(
                    ErrorCode.NOT_PERMITTED,
                    "header %s is missing or not this session's: send what the cookie %s says"
                            .formatted(CSRF_HEADER, CSRF_COOKIE));
        }
        request.setAttribute(SecurityFilter.TOKEN, token);
        return Caller.authentication(bearer.account());
    }
}
