package dev.changeover.api.caller;

import dev.changeover.access.AccessKeys;
import dev.changeover.access.Account;
import dev.changeover.access.SignedRequests;
import dev.changeover.api.ApiException;
import dev.changeover.api.FilterOrder;
import dev.changeover.api.http.ServerNames;
import dev.changeover.api.signature.CanonicalRequest;
import dev.changeover.api.signature.Idempotent;
import dev.changeover.api.signature.Signature;
import dev.changeover.api.signature.SignedHeaders;
import dev.changeover.api.signature.UnauthenticatedBodyBudget;
import io.micronaut.http.HttpAttributes;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.web.router.MethodBasedRouteMatch;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Knows who signed a request (REQUIREMENTS A2). A signature has whole seconds and no nonce, so that equal questions in
 * one second are signed alike and pass, for a minute; what changes something is carried out once, on whatever server. A repeated request that
 * an {@link Idempotent} route gets is answered like the first. A body is read only if there is such a key.
 */
@Singleton
public final class SignedCalls implements AuthenticationFetcher<HttpRequest<?>> {
    /** The request's attribute that has the signature, once it was checked. */
    public static final String SIGNATURE = "changeover.signature";

    /** The same, where this request is the one that used it up. */
    private static final String USED = "changeover.signature.used";

    /** Methods that change nothing, however often they come and whoever makes a browser send them. */
    static final Set<HttpMethod> QUESTIONS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final AccessKeys keys;
    private final SignedRequests used;
    private final UnauthenticatedBodyBudget bodies;
    private final ServerNames names;
    private final Clock clock;
    private final Scheduler blocking;

    SignedCalls(
            AccessKeys keys,
            SignedRequests used,
            UnauthenticatedBodyBudget bodies,
            ServerNames names,
            Clock clock,
            @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.keys = keys;
        this.used = used;
        this.bodies = bodies;
        this.names = names;
        this.clock = clock;
        this.blocking = Schedulers.fromExecutorService(executor);
    }

    /** The access key that a request says it is signed with, which proves nothing. */
    public static Optional<String> accessKeyOf(HttpRequest<?> request) {
        return request.getHeaders().getAuthorization().flatMap(Signature::accessKeyIn);
    }

    @Override
    public int getOrder() {
        return FilterOrder.SIGNED_CALLS;
    }

    @Override
    public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
        return Mono.justOrEmpty(request.getHeaders().getAuthorization())
                .filter(Signature::isIn)
                .map(Signature::of)
                .flatMap(signature -> {
                    var headers = SignedHeaders.of(signature, request, clock.instant());
                    return bodies.hashed(
                            request,
                            signature.accessKey(),
                            Mono.<Void>fromRunnable(() -> expectKey(signature)).subscribeOn(blocking),
                            hash -> hash.publishOn(blocking).map(it -> account(request, signature, headers, it)));
                })
                .map(Caller::authentication);
    }

    private void expectKey(Signature signature) {
        if (keys.key(signature.accessKey()).isEmpty()) {
            throw unknown();
        }
    }

    /** The same where there is no such key and where its secret is another. */
    private static ApiException unknown() {
        return ApiException.unauthenticated(
                "the access key is unknown, or the signature is not one of its secret key for"
                        + " this request: check AK and SK, and that nothing on the way changes host, path, query or body");
    }

    private Account account(HttpRequest<?> request, Signature signature, SignedHeaders headers, String bodyHash) {
        var claimed = headers.values().getOrDefault(SignedHeaders.BODY_HASH, bodyHash);
        var canonical = new CanonicalRequest(
                request.getMethodName(),
                request.getUri().getRawPath(),
                Objects.requireNonNullElse(request.getUri().getRawQuery(), ""),
                headers.values(),
                claimed);
        var account = keys.account(
                        signature.accessKey(),
                        secret -> signature.fits(canonical, headers.dateText(), secret)
                                || signature.fits(canonical.behindSlash(), headers.dateText(), secret))
                .orElseThrow(SignedCalls::unknown);
        if (!claimed.equals(bodyHash)) {
            throw ApiException.unauthenticated("X-Sdk-Content-Sha256: not the SHA-256 of the body that came");
        }
        if (headers.values().containsKey("host")) {
            names.expectOneOfThem(request);
        }
        if (isRepeated(request, signature, headers)) {
            throw ApiException.unauthenticated(
                    "a request with this signature came before, and X-Sdk-Date has whole seconds:"
                            + " sign again in the next one");
        }
        request.setAttribute(SIGNATURE, signature.value());
        return account;
    }

    private boolean isRepeated(HttpRequest<?> request, Signature signature, SignedHeaders headers) {
        if (isIdempotent(request)) {
            return false;
        }
        // Servers' clocks differ: one of them still accepts it when another one's time is up.
        var goodUntil = headers.date().plus(SignedHeaders.SKEW).plus(SignedHeaders.SKEW);
        // A question is recorded too: repeated later, it has to be known.
        var first = used.isFirst(signature.value(), goodUntil);
        if (first) request.setAttribute(USED, signature.value());
        return !first && !(QUESTIONS.contains(request.getMethod()) && headers.isRepeatable(clock.instant()));
    }

    /** The request was not carried out: it may come again as it is, here or at another server. Blocks. */
    public void forget(HttpRequest<?> request) {
        request.getAttribute(USED, String.class).ifPresent(used::forget);
    }

    private static boolean isIdempotent(HttpRequest<?> request) {
        return request.getAttribute(HttpAttributes.ROUTE_MATCH, MethodBasedRouteMatch.class)
                .filter(route -> route.hasAnnotation(Idempotent.class))
                .isPresent();
    }
}
