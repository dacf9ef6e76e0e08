package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.host.Loopback;
import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.sandbox.SandboxDriver;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelStoreTest {

    private static final KernelVersion VERSION = KernelVersion.of("1.0.0.1");

    @TempDir
    Path directory;

    private KernelToRun first;
    private KernelToRun second;

    private @Nullable SandboxDriver driver;

    private SandboxDriver driver() throws IOException {
        if (driver != null) return driver;
        var file = directory.resolve("sandbox.toml");
        Files.writeString(
                file, SandboxDriver.configuration(Loopback.freePort(), new InetSocketAddress(Loopback.HOST, 1)));
        return driver = new SandboxDriver(file, "check");
    }

    @AfterEach
    void close() {
        if (driver != null) driver.close();
    }

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
        var store = store(driver());
        var staged = store.stage(first, Breakpoint.NONE, () -> {});
        start(staged);

        assertThatThrownBy(() -> stage(store, second))
                .hasMessageContaining("runs here from another package than the catalogue's");

        assertThat(store.find(first)).contains(staged);
    }

    @Test
    void a_version_that_was_started_while_another_package_was_fetched_stays() throws Exception {
        var store = store(driver());
        var staged = store.stage(first, Breakpoint.NONE, () -> {});
        var fetched = store.fetch(second, Breakpoint.NONE, () -> {});
        start(staged);

        assertThatThrownBy(() -> store.publish(fetched, Breakpoint.NONE))
                .hasMessageContaining("runs here from another package than the catalogue's");

        assertThat(store.find(first)).contains(staged);
    }

    @Test
    void a_kernel_that_runs_and_does_not_know_its_package_any_more_stays_until_somebody_looks() throws Exception {
        var store = store(driver());
        var staged = store.stage(first, Breakpoint.NONE, () -> {});
        start(staged);
        var file = Files.writeString(staged.directory().resolve(".package-sha256"), "half");

        assertThatThrownBy(() -> stage(store, first))
                .hasMessageContaining("runs here, and " + file + " does not say from which package");

        assertThat(store.find(VERSION)).contains(staged);
        assertThat(file).hasContent("half");
    }

    @Test
    void a_kernel_that_is_of_no_package_is_used_while_it_runs() throws Exception {
        var store = store(driver());
        var taken = taken(store);

        assertThat(store.find(first)).isEmpty();
        start(taken);

        assertThat(store.find(first)).contains(taken);
        assertThat(store.stage(first, Breakpoint.NONE, () -> {})).isEqualTo(taken);
    }

    @Test
    void a_kernel_that_is_of_no_package_gives_way_to_the_catalogues() throws Exception {
        var store = store(driver());
        var taken = taken(store);

        assertThat(store.stage(first, Breakpoint.NONE, () -> {})).isEqualTo(taken);

        assertThat(store.find(first)).contains(taken);
        assertThat(taken.directory().resolve(".package-sha256"))
                .hasContent(first.sources().getFirst().sha256());
    }

    /** As an adoption takes the program of a process. */
    private StagedKernel taken(KernelStore store) throws Exception {
        return store.take(VERSION, "1.0", tree -> PackageArchive.unpack(directory.resolve("first.tar.gz"), tree));
    }

    private void start(StagedKernel kernel) throws Exception {
        var driver = driver();
        driver.start(kernel, driver.configuration(), Optional.empty(), Poll.QUIETLY);
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

    @Test
    void what_a_package_holds_is_its_fault_and_not_the_hosts() throws Exception {
        var file = directory.resolve("bad.tar.gz");
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            tar.putArchiveEntry(new TarArchiveEntry("haproxy", TarConstants.LF_SYMLINK));
            tar.closeArchiveEntry();
        }
        var source = new KernelToRun.Source(
                first.sources().getFirst().arch(), file.toUri().toString(), Sha256.of(file));
        var bad = new KernelToRun(VERSION, "1.0", List.of(source));

        assertThatThrownBy(() -> stage(store(driver()), bad))
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure -> assertThat(failure.getType()).isEqualTo("BAD_PACKAGE"))
                .hasMessageContaining("'haproxy' is a link to nothing");
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
