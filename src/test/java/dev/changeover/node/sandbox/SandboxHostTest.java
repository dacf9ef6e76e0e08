package dev.changeover.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.host.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SandboxHostTest {
    private static final SandboxKernel KERNEL = new SandboxKernel("2.0.0.1", "", Duration.ZERO);

    @Test
    void a_generation_starts_right_after_the_last_one_died() throws IOException {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), Loopback.freePort());
        var configuration = new SandboxConfiguration("", listen, listen);
        try (var host = new SandboxHost(InstantSource.system())) {
            for (int i = 0; i < 100; i++) {
                host.start(Path.of("kernel"), KERNEL, configuration, "nobody").crash();
            }

            host.start(Path.of("kernel"), KERNEL, configuration, "nobody");
            assertThat(host.generations()).hasSize(1);
        }
    }
}
