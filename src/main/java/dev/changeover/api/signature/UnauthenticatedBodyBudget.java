package dev.changeover.api.signature;

import dev.changeover.api.ApiException;
import dev.changeover.api.http.BodyLimits;
import dev.changeover.host.Sha256;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.AvailableByteBody;
import io.micronaut.http.body.ByteBody.SplitBackpressureMode;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Bodies that have to be read before anybody knows whether they are signed well. The memory they may take together is
 * limited, and what those of one key may, so that who knows a key and not its secret keeps only that key's owner
 * waiting. Safe for concurrent use.
 */
@Singleton
public final class UnauthenticatedBodyBudget {
    /** In bytes, of all connections together. */
    private static final long MOST = 8 * BodyLimits.FILE;

    private static final long MOST_OF_A_KEY = 2 * BodyLimits.FILE;

    private final Map<String, Long> taken = new HashMap<>();
    private long takenByAll;

    /**
     * The check of a request by the hash of its body. Where there is a body it is read after its key was looked for;
     * the route gets it too, this reads a copy. Its place is held until the check has ended, however it ends.
     *
     * @param key that the request says it is signed with
     * @param known ends with an error if there is no such key; then nothing is read
     */
    public <T> Mono<T> hashed(
            HttpRequest<?> request, String key, Mono<Void> known, Function<Mono<String>, Mono<T>> check) {
        var body = ((ServerHttpRequest<?>) request).byteBody();
        var limit = BodyLimits.limit(request.getUri().toString());
        var length = Math.min(limit, body.expectedLength().orElse(limit));
        if (length == 0) {
            return check.apply(Mono.just(Sha256.of("")));
        }
        // here, on the connection's own thread, before anybody else asks for the body
        var copy = body.split(SplitBackpressureMode.FASTEST);
        var hash = Mono.fromFuture(copy::buffer).map(UnauthenticatedBodyBudget::hash);
        return known.then(Mono.defer(() -> {
                    take(key, length);
                    return check.apply(hash).doFinally(ended -> give(key, length));
                }))
                .doFinally(ended -> copy.close());
    }

    private static String hash(AvailableByteBody body) {
        return Sha256.of(body.toByteArray());
    }

    private synchronized void take(String key, long bytes) {
        var ofKey = taken.getOrDefault(key, 0L) + bytes;
        if (ofKey > MOST_OF_A_KEY || takenByAll + bytes > MOST) {
            throw new ApiException(
                    ErrorCode.UNAVAILABLE,
                    "too many bodies are on their way whose signatures cannot be checked yet; nothing was changed");
        }
        taken.put(key, ofKey);
        takenByAll += bytes;
    }

    private synchronized void give(String key, long bytes) {
        taken.computeIfPresent(key, (same, held) -> held == bytes ? null : held - bytes);
        takenByAll -= bytes;
    }
}
