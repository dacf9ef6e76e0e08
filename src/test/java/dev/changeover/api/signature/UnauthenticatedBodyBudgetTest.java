package dev.changeover.api.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.FixedClock;
import dev.changeover.api.http.RawConnection;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Large bodies of callers who have no secret key, and who take their time. */
@MicronautTest(environments = "api", transactional = false)
class UnauthenticatedBodyBudgetTest {
    private static final String WINDOW = "/v3/p-1/instances/i-1/ops-window";
    private static final String BODY = "{\"start_time\":\"22:00\",\"end_time\":\"02:00\"}";
    private static final Duration SOON = Duration.ofMinutes(1);

    private final URI server;
    private final EmbeddedServer http;
    private final List<RawConnection> open = new ArrayList<>();

    UnauthenticatedBodyBudgetTest(ApiScene scene, EmbeddedServer http) {
        this.server = scene.server;
        this.http = http;
    }

    @AfterEach
    void close() {
        open.forEach(RawConnection::close);
    }

    @Test
    void a_body_is_not_waited_for_where_there_is_no_such_key() {
        var answer = begin("NOSUCHKEY").until("this request");

        assertThat(answer).startsWith("HTTP/1.1 401").contains("DBS.280056", "the access key is unknown");
    }

    @Test
    void bodies_that_never_end_keep_one_keys_owner_waiting_and_nobody_else_and_only_while_they_come() {
        var shop = signer("shop");
        var other = signer("other");
        begin(shop.key().key().id());
        begin(shop.key().key().id());

        await().atMost(SOON).untilAsserted(() -> {
            var answer = shop.put(WINDOW, BODY);
            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("DBS.280005");
            assertThat(answer.header("Retry-After")).isEqualTo("10");
            assertThat(answer.message()).contains("cannot be checked yet", "nothing was changed");
        });
        assertThat(other.put(WINDOW, BODY).status()).isEqualTo(200);
        assertThat(shop.get("/v3/p-1/scheduled-jobs").status()).isEqualTo(200);

        close();

        await().atMost(SOON)
                .until(() ->
                        shop.at(FixedClock.NOW.plusSeconds(2)).put(WINDOW, BODY).status() == 200);
    }

    @Test
    void all_keys_together_hold_so_much_and_no_more() {
        for (var name : List.of("k1", "k2", "k3", "k4")) {
            var key = signer(name).key().key().id();
            begin(key);
            begin(key);
        }
        var last = signer("k5");

        await().atMost(SOON).until(() -> last.put(WINDOW, BODY).status() == 503);
    }

    /** A body of 4 MiB of which most comes and the end never does, with a signature that somebody made up. */
    private RawConnection begin(String key) {
        var now = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").format(FixedClock.NOW.atOffset(ZoneOffset.UTC));
        var connection = RawConnection.to(server);
        open.add(connection);
        connection.send("POST /v3/fleet HTTP/1.1\nHost: h\nContent-Type: application/yaml\nContent-Length: 4194304\n"
                + "X-Sdk-Date: %s\nAuthorization: SDK-HMAC-SHA256 Access=%s, SignedHeaders=host;x-sdk-date, Signature=%s\n\n"
                        .formatted(now, key, "0".repeat(64)));
        return connection.send("x".repeat(100_000));
    }

    private Signer signer(String name) {
        return new Signer(server, Callers.key(http.getApplicationContext(), name, Role.OWNER, "p-1"), FixedClock.NOW);
    }
}
