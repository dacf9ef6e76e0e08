package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.KernelVersion;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootPointerTest {
    @Test
    void names_the_kernel_it_was_pointed_at_last(@TempDir Path run) throws Exception {
        var boot = new BootPointer(run);
        assertThat(boot.current()).isEmpty();

        boot.pointAt(Path.of("/kernels/2.6.12.3"));
        boot.pointAt(Path.of("/kernels/2.6.12.4"));

        assertThat(boot.current()).contains(KernelVersion.of("2.6.12.4"));
        assertThat(run).isDirectoryContaining(file -> file.endsWith("current"));
    }
}
