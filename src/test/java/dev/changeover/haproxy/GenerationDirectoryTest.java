package dev.changeover.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.haproxy.configuration.OperatorConfiguration;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GenerationDirectoryTest {
    @Test
    void every_backend_gets_a_door_of_its_own() {
        var configuration = OperatorConfiguration.parse("""
                frontend f
                    bind 127.0.0.1:1
                    use_backend b if TRUE
                    default_backend a
                """);

        var own = new GenerationDirectory(Path.of("/run/x/gen-1"), 1).ownConfiguration(configuration.backends(), false);

        assertThat(own)
                .contains("noreuseport", "expose-fd listeners")
                .containsSubsequence(
                        "bind \"unix@${HA_RUN}/probe-1.sock\"", "default_backend a",
                        "bind \"unix@${HA_RUN}/probe-2.sock\"", "default_backend b");
    }

    @Test
    void a_run_directory_too_deep_for_unix_sockets_is_refused_at_once() {
        assertThatThrownBy(() -> new GenerationDirectory(Path.of("/" + "d".repeat(90)), 1))
                .hasMessageContaining("too long");
    }
}
