package dev.changeover.api.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShutdownFlagTest {
    private static final String VERSION = "/v3/p-1/instances/i-1/proxy/x-1/haproxy/proxy-version";

    @Test
    void a_call_that_meets_the_end_of_the_server_is_told_to_try_again_and_is_nobodys_fault() {
        try (var server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "test", "api")) {
            var context = server.getApplicationContext();
            var scene = context.getBean(ApiScene.class);
            scene.upgrades.failure = new IllegalStateException("the pool is closed");
            assertThat(scene.call.get(VERSION).status()).isEqualTo(500);

            context.publishEvent(new ShutdownEvent(context));
            var answer = scene.call.get(VERSION);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("DBS.280005");
            assertThat(answer.header("Retry-After")).isEqualTo("10");
            assertThat(answer.message()).contains("is ending");
        }
    }
}
