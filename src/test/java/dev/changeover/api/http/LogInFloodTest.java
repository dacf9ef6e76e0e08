package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many who guess at once, each from an address of its own. */
@MicronautTest(environments = "api", transactional = false)
class LogInFloodTest {
    private static final int MANY = 150;

    private final Calls call;
    private final URI server;

    LogInFloodTest(ApiScene scene) {
        this.call = scene.call;
        this.server = scene.server;
    }

    @Test
    void others_are_answered_all_the_while_and_those_too_many_are_told_at_once() {
        var open = new ArrayList<RawConnection>();
        try {
            IntStream.range(0, MANY).forEach(i -> open.add(RawConnection.from("127.2.0." + (i + 1), server)));
            IntStream.range(0, MANY).forEach(i -> open.get(i).send(logIn("w" + i)));

            var before = System.nanoTime();
            assertThat(call.get("/health").status()).isEqualTo(200);
            assertThat(call.get("/v3/me").status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));

            var answers = open.stream()
                    .map(raw -> raw.untilClosed(Duration.ofMinutes(2)))
                    .toList();
            assertThat(answers).allMatch(answer -> answer.startsWith("HTTP/1.1 401") || isTooMany(answer));
            assertThat(answers).anyMatch(LogInFloodTest::isTooMany).anyMatch(answer -> !isTooMany(answer));
        } finally {
            open.forEach(RawConnection::close);
        }
    }

    private static boolean isTooMany(String answer) {
        return answer.startsWith("HTTP/1.1 429")
                && answer.contains("DBS.280429")
                && answer.contains("more log-ins wait than the server looks at")
                && answer.toLowerCase(Locale.ROOT).contains("retry-after: 5");
    }

    private static String logIn(String name) {
        var body = "{\"name\":\"%s\",\"password\":\"wrong wrong wrong\"}".formatted(name);
        return "POST /v3/login HTTP/1.1\nHost: h\nContent-Type: application/json\nConnection: close\nContent-Length: %d\n\n%s"
                .formatted(body.length(), body);
    }
}
