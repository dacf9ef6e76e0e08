package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Failure;
import dev.changeover.client.Failure.ApiError;
import dev.changeover.client.RestClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a server again and again; one that goes away meanwhile is waited for two minutes. */
final class Patience {
    private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(2);

    private final RestClient server;
    private final Stopwatch silent = new Stopwatch(InstantSource.system());

    Patience(RestClient server) {
        this.server = server;
    }

    /**
     * The answer; empty where there is none now and there may be one later.
     *
     * @throws Failure the server said no, or has been silent for too long
     */
    Optional<JsonNode> look(String path) {
        try {
            var answer = server.get(path);
            silent.over();
            return Optional.of(answer);
        } catch (Failure failure) {
            var said = failure instanceof ApiError error && !error.temporary();
            if (said || silent.longerThan(GIVE_UP_AFTER)) {
                throw failure;
            }
            return Optional.empty();
        }
    }

    static final class Stopwatch {
        private final InstantSource clock;
        private @Nullable Instant began;

        Stopwatch(InstantSource clock) {
            this.clock = clock;
        }

        /** It lasts, from now on if it did not before. */
        boolean longerThan(Duration time) {
            var now = clock.instant();
            var first = began == null ? now : began;
            began = first;
            return Duration.between(first, now).compareTo(time) >= 0;
        }

        void over() {
            began = null;
        }
    }
}
