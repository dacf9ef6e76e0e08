package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Program;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.StartedTree;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.FileTree;
import dev.changeover.host.PrivateFile;
import dev.changeover.host.SmallDisk;
import dev.changeover.host.SpareDirectory;
import dev.changeover.node.NodeState;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.agent.Supervisor;
import dev.changeover.node.agent.TrustingLifeline;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.ProxyDriver.Served;
import dev.changeover.node.site.Starts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a full disk, a power failure or a stranger has left: HAProxy comes back with what was good. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class DamagedFilesTest {

    private static final String FOREIGN = "{\"something\": \"else\"}\n";

    @TempDir
    Path directory;

    private HaproxyRig rig;

    @BeforeEach
    void serve() throws IOException {
        rig = new HaproxyRig(directory, true);
        rig.agent(Breakpoint.NONE);
    }

    @AfterEach
    void end() throws IOException {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0\0\0\0", FOREIGN, "2026-11-27T1"})
    void damaged_counts_of_starts_keep_no_proxy_down(String content) throws Exception {
        var starts = rig.run().path().resolve("starts");
        Files.writeString(starts, content);
        rig.kill(1);

        rig.supervise();

        serves(2);
        assertThat(rig.agent().status().warnings())
                .filteredOn(warning -> warning.contains("was damaged and set aside"))
                .hasSize(content.isEmpty() ? 0 : 1);
        assertThat(Files.readString(starts)).startsWith("20").endsWith("Z\n");
    }

    @Test
    void counts_of_starts_that_are_cut_at_any_byte_are_read_and_written_again() throws Exception {
        var file = directory.resolve("starts");
        new Starts(file, Clock.systemUTC()).note();
        var whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            Files.writeString(file, new String(whole, 0, length, StandardCharsets.UTF_8));
            var starts = new Starts(file, Clock.systemUTC());

            assertThat(starts.isCrashLooping()).isFalse();
            starts.note();
            starts.note();
            starts.note();

            assertThat(new Starts(file, Clock.systemUTC()).isCrashLooping()).isTrue();
        }
    }

    @Test
    void starts_are_counted_where_no_file_can_be_written() throws Exception {
        try (var disk = SmallDisk.at(directory.resolve("disk"), 1024)) {
            var file = disk.path().resolve("starts");
            var starts = new Starts(file, Clock.systemUTC());
            starts.note();
            disk.makeReadOnly(true);

            starts.note();
            assertThat(starts.isCrashLooping()).isFalse();
            starts.note();

            assertThat(starts.isCrashLooping()).isTrue();
            disk.makeReadOnly(false);
        }
    }

    @Test
    void a_configuration_that_is_cut_at_any_byte_is_set_aside_and_the_one_before_serves() throws Exception {
        var driver = new HaproxyDriver(rig.run().path(), rig.operatorFile(), HaproxyRig.USER);
        var good = driver.served().getFirst().configuration().text();
        for (int length = 0; length < good.length(); length++) {
            var torn = rig.run().generation(2);
            Files.createDirectory(torn.path());
            Files.writeString(torn.operatorConfiguration(), good);
            torn.noteServed("2.6");
            Files.writeString(torn.operatorConfiguration(), good.substring(0, length));

            assertThat(driver.served())
                    .extracting(served -> served.configuration().text())
                    .containsExactly(good);

            assertThat(torn.path()).doesNotExist();
            assertThat(rig.run().path().resolve("gen-2" + PrivateFile.DAMAGED)).exists();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0\0\0\0", FOREIGN, "0123456789abcdef"})
    void a_mark_of_what_serves_that_was_damaged_is_written_again(String content) throws Exception {
        var mark = rig.run().generation(1).path().resolve("served");
        var whole = Files.readString(mark);
        Files.writeString(mark, content);

        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.SERVING);

        assertThat(mark).hasContent(whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0\0\0\0", "2.6"})
    void a_kernel_whose_notes_were_damaged_is_started_again(String content) throws Exception {
        var kernel = rig.site(Breakpoint.NONE).kernels().all().getFirst();
        Files.writeString(kernel.directory().resolve(".reported-version"), content);
        rig.kill(1);

        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.STARTED);

        serves(2);
    }

    @Test
    void a_generation_that_nobody_can_read_keeps_no_proxy_down() throws Exception {
        rig.kill(1);
        var unreadable = rig.run().generation(2).path();
        Files.createSymbolicLink(unreadable, unreadable);

        rig.supervise();

        serves(3);
        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.SERVING);
    }

    @Test
    void a_copy_of_the_configuration_that_nobody_can_read_keeps_no_proxy_down() throws Exception {
        var copy = rig.run().generation(1).operatorConfiguration();
        Files.delete(copy);
        Files.createSymbolicLink(copy, copy);
        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.SERVING);
        rig.kill(1);

        rig.supervise();

        serves(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gen-1/output.log", "starts", "starts.failure"})
    void a_directory_in_the_place_of_a_note_keeps_no_proxy_down(String note) throws Exception {
        var place = rig.run().path().resolve(note);
        Files.deleteIfExists(place);
        Files.createDirectories(place.resolve("with-something-in-it"));
        rig.kill(1);

        rig.supervise();

        serves(2);
        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.SERVING);
        assertThat(rig.agent().status().serving()).isPresent();
    }

    @Test
    void what_never_served_is_not_started_again() throws Exception {
        rig.changeConfiguration();
        var site = rig.site(Breakpoint.NONE);
        var unproven = rig.run().prepare(OperatorConfiguration.read(rig.operatorFile()), rig.home());

        var served = site.driver().served();

        assertThat(unproven.servedVersion()).isEmpty();
        assertThat(served).extracting(known -> known.configuration().text()).containsExactly(before());
        assertThat(served).extracting(Served::reportedVersion).containsExactly(Optional.of(reported()));
    }

    @Test
    void the_last_configuration_that_starts_is_served_when_the_newest_does_not() throws Exception {
        var good = before();
        var newest = rig.run().generation(2);
        Files.createDirectory(newest.path());
        Files.writeString(newest.operatorConfiguration(), good + "a line that HAProxy does not know\n");
        newest.noteServed(reported());
        rig.kill(1);

        rig.supervise();

        serves(3);
        assertThat(rig.run().generation(3).operatorConfiguration()).hasContent(good);
    }

    @Test
    void a_worker_that_listens_nowhere_does_not_count_as_serving() throws Exception {
        var good = before();
        rig.kill(1);
        var site = rig.site(Breakpoint.NONE);
        RunDirectory.remove(rig.run().generation(1));
        // As an agent of the first release did with a file that a full disk had left empty.
        var empty = rig.run().prepare(OperatorConfiguration.parse(""), rig.home());
        var kernel = site.kernels().all().getFirst();
        StartedTree.start(Program.in(kernel.directory()), empty, Optional.empty());
        await().until(() -> !rig.run().serving().isEmpty());

        assertThat(rig.agent().status().serving()).isEmpty();
        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.STARTED);

        serves(2);
        assertThat(rig.run().generation(2).operatorConfiguration()).hasContent(good);
        await().until(() -> RunDirectory.hasEnded(empty));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\0\0\0\0", "# nothing but a remark\n"})
    void an_empty_configuration_is_not_reloaded_to(String empty) throws Exception {
        Files.writeString(rig.operatorFile(), empty);

        assertThatThrownBy(rig::reload)
                .hasMessageMatching("(?s).*(refuses the configuration|listens on none of its addresses).*");

        serves(1);
        assertThat(rig.run().serving()).hasSize(1);
    }

    @Test
    void a_full_disk_does_not_keep_haproxy_down() throws Exception {
        try (var disk = SmallDisk.at(directory.resolve("disk"), 200 << 10);
                var small = new HaproxyRig(disk.path(), true)) {
            var agent = small.newAgent(Breakpoint.NONE, new TrustingLifeline());
            small.agent(Breakpoint.NONE);
            assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.SERVING);
            disk.fill();
            small.kill(1);

            assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.STARTED);

            try (var client = small.connect()) {
                assertThat(client.alive()).isTrue();
            }
        }
    }

    @Test
    void a_disk_that_can_hold_no_more_files_does_not_keep_haproxy_down() throws Exception {
        try (var disk = SmallDisk.of(directory.resolve("disk"), 200 << 10, 4000);
                var small = new HaproxyRig(disk.path(), true)) {
            var agent = small.newAgent(Breakpoint.NONE, new TrustingLifeline());
            small.agent(Breakpoint.NONE);
            assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.SERVING);
            disk.fillWithNames();
            small.kill(1);

            assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.STARTED);

            try (var client = small.connect()) {
                assertThat(client.alive()).isTrue();
            }
        }
    }

    /** As after an error of the disk. What runs has its output open: a person could not mount it so. */
    @Test
    void a_read_only_disk_does_not_keep_haproxy_down_and_a_reload_brings_it_back_to_the_disk() throws Exception {
        try (var disk = SmallDisk.at(directory.resolve("disk"), 200 << 10);
                var small = new HaproxyRig(disk.path(), true)) {
            var agent = small.newAgent(Breakpoint.NONE, new TrustingLifeline());
            small.agent(Breakpoint.NONE);
            assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.SERVING);
            small.kill(1);
            disk.makeReadOnly(true);
            for (int generation = 2; generation < 4; generation++) {
                assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.STARTED);
                assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.SERVING);
                try (var client = small.connect()) {
                    assertThat(client.alive()).isTrue();
                }
                if (generation < 3) small.kill(generation);
            }
            assertThat(agent.status().problems())
                    .extracting(NodeState.Problem::kind)
                    .containsExactly(NodeState.Problem.Kind.DISK_FULL);

            disk.makeReadOnly(false);
            assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.SERVING);
            small.changeConfiguration();
            small.reload();

            try (var client = small.connect()) {
                assertThat(client.alive()).isTrue();
            }
            FileTree.delete(SpareDirectory.of(small.run().path()).orElseThrow());
            assertThat(small.live(4).directory().path())
                    .isEqualTo(small.run().path().resolve("gen-4"));
        }
    }

    private String before() throws IOException {
        return Files.readString(rig.run().generation(1).operatorConfiguration());
    }

    private String reported() {
        return rig.kernel(Package.A).reportedVersion();
    }

    private void serves(int generation) throws Exception {
        try (var client = rig.connect()) {
            assertThat(client.alive()).isTrue();
        }
        assertThat(rig.live(generation).stopping()).isFalse();
    }
}
