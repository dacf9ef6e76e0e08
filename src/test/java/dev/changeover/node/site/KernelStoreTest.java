package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.host.Loopback;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.sandbox.SandboxDriver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelStoreTest {

    private static final KernelVersion VERSION = KernelVersion.of("1.0.0.1");

    @TempDir
    Path directory;

    private KernelToRun first;
    private KernelToRun second;

    @BeforeEach
    void pack() throws IOException {
        first = SandboxDriver.pack(directory.resolve("first.tar.gz"), VERSION, "1.0");
        second = SandboxDriver.pack(directory.resolve("second.tar.gz"), VERSION, "1.0-rebuilt");
    }

    @Test
    void another_package_of_the_same_version_takes_the_place_of_the_first_one() throws Exception {
        var store = store(new SandboxDriver(directory.resolve("none"), "check"));
        stage(store, first);
        assertThat(store.find(second)).isEmpty();

        var staged = stage(store, second).stage(second, Breakpoint.NONE, () -> {});

        assertThat(staged.reportedVersion()).isEqualTo("1.0-rebuilt");
        assertThat(store.find(second)).contains(staged);
        assertThat(store.find(first)).isEmpty();
        assertThat(store.all()).containsExactly(staged);
    }

    @Test
    void another_package_of_a_version_that_runs_is_refused() throws Exception {
        var file = directory.resolve("sandbox.toml");
        Files.writeString(
                file, SandboxDriver.configuration(Loopback.freePort(), new InetSocketAddress(Loopback.HOST, 1)));
        var driver = new SandboxDriver(file, "check");
        var store = store(driver);
        var staged = store.stage(first, Breakpoint.NONE, () -> {});
        driver.start(staged, driver.configuration(), Optional.empty(), Poll.QUIETLY);
        try {
            assertThatThrownBy(() -> stage(store, second))
                    .hasMessageContaining("runs here from another package than the catalogue's");

            assertThat(store.find(first)).contains(staged);
        } finally {
            driver.close();
        }
    }

    @Test
    void what_is_half_a_kernel_or_none_is_not_found_and_does_not_stand_in_the_way() throws Exception {
        var store = store(new SandboxDriver(directory.resolve("none"), "check"));
        for (var name : new String[] {VERSION.toString(), "lost+found", "1.0.0.1.bak"}) {
            var foreign = Files.createDirectories(store.directory().resolve(name));
            Files.writeString(foreign.resolve(".reported-version"), name.equals(VERSION.toString()) ? "" : "x");
        }

        assertThat(store.all()).isEmpty();
        stage(store, first);

        assertThat(store.find(first)).isPresent();
    }

    @Test
    void a_file_of_this_host_does_not_tell_its_checksum() throws Exception {
        var store = store(new SandboxDriver(directory.resolve("none"), "check"));
        var source = first.sources().getFirst();
        var found = source.sha256();
        var other = new KernelToRun(
                VERSION, "1.0", List.of(new KernelToRun.Source(source.arch(), source.url(), "0".repeat(64))));

        assertThatThrownBy(() -> stage(store, other))
                .hasMessageContaining("does not have SHA-256 000")
                .message()
                .doesNotContain(found);
    }

    private static KernelStore stage(KernelStore store, KernelToRun kernel) throws IOException, InterruptedException {
        store.stage(kernel, Breakpoint.NONE, () -> {});
        return store;
    }

    private KernelStore store(ProxyDriver driver) {
        return new KernelStore(
                directory.resolve("kernels"), List.of(directory.toUri().toString()), () -> 1L << 40, driver);
    }
}
