package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.runtime.ServerState;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong while two generations accept: one of them stops, and never both. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class HandOverFailuresTest {
    @TempDir
    Path directory;

    private HaproxyRig rig;

    @BeforeEach
    void serve() throws IOException {
        rig = new HaproxyRig(directory, true);
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before-handover", "retired-by-hand", "current"})
    void a_file_that_cannot_be_written_leaves_the_old_one_serving_alone(String file) throws Exception {
        var path = rig.run().path().resolve(file);
        rig.changeConfiguration();
        rig.agent(step -> {
            if (step.equals("prove")) occupy(path);
        });
        assertThatThrownBy(rig::reload).hasRootCauseInstanceOf(IOException.class);
        assertThat(serving()).containsExactly(1);

        Files.delete(path.resolve("taken"));
        Files.delete(path);
        rig.agent(Breakpoint.NONE);
        rig.reload();

        await().untilAsserted(() -> assertThat(serving()).singleElement().isNotEqualTo(1));
    }

    @Test
    void beside_an_old_one_that_does_not_answer_the_new_one_stays_until_it_is_done_again() throws Exception {
        rig.changeConfiguration();
        rig.agent(step -> {
            if (step.equals("prove")) silence(true);
        });

        assertThatThrownBy(rig::reload).hasMessageContaining("did not answer");
        try (var session = rig.connect()) {
            assertThat(session.alive())
                    .as("it may be dying, so the new one accepts")
                    .isTrue();
        }
        silence(false);
        assertThat(serving()).containsExactlyInAnyOrder(1, 2);

        rig.agent(Breakpoint.NONE);
        rig.reload();

        await().untilAsserted(() -> assertThat(serving()).containsExactly(2));
    }

    /** Lua, long lists and slow names: until it has read its files nobody can ask it. */
    @Test
    void a_new_one_that_reads_its_files_for_long_is_starting_and_no_orphan() throws Exception {
        var slow = directory.resolve("slow");
        var flag = directory.resolve("flag");
        new ProcessBuilder("mkfifo", slow.toString()).start().waitFor();
        var lua = Files.writeString(directory.resolve("slow.lua"), """
                local flag = io.open('%s')
                if flag then io.open('%s'):read('a') end
                """.formatted(flag, slow));
        rig.agent(Breakpoint.NONE);
        Files.writeString(
                rig.operatorFile(), "global\n    lua-load %s\n".formatted(lua) + Files.readString(rig.operatorFile()));
        rig.reload();
        Files.writeString(flag, "");
        rig.changeConfiguration();
        var reload = CompletableFuture.runAsync(rig::reload);
        Files.writeString(slow, ""); // when the file is tried
        await().until(() -> rig.run().directories().getLast().number() == 3
                && !RunDirectory.hasEnded(rig.run().generation(3)));

        var observed = rig.site(Breakpoint.NONE).driver().observe();

        assertThat(observed.orphans()).isEmpty();
        assertThat(observed.silent())
                .singleElement()
                .satisfies(starting -> assertThat(starting.why()).contains("was started less than"));
        Files.writeString(slow, "");
        reload.join();
        await().untilAsserted(() -> assertThat(serving()).containsExactly(3));
    }

    @Test
    void a_new_one_stays_whose_predecessor_has_died() throws Exception {
        rig.changeConfiguration();
        rig.agent(step -> {
            if (step.equals("prove")) kill(1);
        });

        assertThatThrownBy(rig::reload).isNotNull();

        assertThat(serving()).containsExactly(2);
        try (var session = rig.connect()) {
            assertThat(session.alive()).isTrue();
        }
    }

    @Test
    void a_new_one_that_dies_before_the_old_one_was_told_to_stop_takes_nobody_with_it() throws Exception {
        try (var old = rig.connect()) {
            assertThatThrownBy(() -> upgrade(step -> {
                        if (step.equals("boot pointer")) kill(2);
                    }))
                    .hasMessageContaining("generation 2 is gone");

            assertThat(serving()).containsExactly(1);
            assertThat(old.alive()).isTrue();
            assertThat(rig.agent().status().boot())
                    .isEqualTo(rig.kernel(Package.A).version());
            try (var fresh = rig.connect()) {
                assertThat(fresh.alive()).isTrue();
            }
        }
        upgrade(Breakpoint.NONE);
        await().untilAsserted(() -> assertThat(serving()).singleElement().isNotEqualTo(1));
    }

    @Test
    void sessions_of_a_generation_that_went_on_serving_after_a_reload_failed_are_left_to_the_upgrade()
            throws Exception {
        rig.changeConfiguration();
        rig.agent(step -> {
            if (step.equals("boot pointer")) kill(2);
        });
        assertThatThrownBy(rig::reload).hasMessageContaining("generation 2 is gone");
        assertThat(rig.site(Breakpoint.NONE).retiredByHand().all()).isEmpty();
    }

    @Test
    void sessions_of_a_generation_that_went_on_serving_after_a_reload_was_killed_are_left_to_the_upgrade()
            throws Exception {
        rig.agent(step -> {
            if (step.equals("boot pointer")) throw new AssertionError("killed");
        });
        rig.changeConfiguration();
        assertThatThrownBy(rig::reload).isInstanceOf(AssertionError.class);
        assertThat(rig.site(Breakpoint.NONE).retiredByHand().all()).containsExactly(1);
        kill(2);
        Files.copy(
                rig.live(1).directory().operatorConfiguration(),
                rig.operatorFile(),
                StandardCopyOption.REPLACE_EXISTING);

        try (var old = rig.connect()) {
            upgrade(Breakpoint.NONE);

            assertThat(rig.live(1).stopping()).isTrue();
            assertThat(rig.site(Breakpoint.NONE).retiredByHand().all()).isEmpty();
            assertThat(old.alive()).isTrue();
        }
    }

    @Test
    void a_weight_that_the_new_algorithm_does_not_take_is_the_files_again() throws Exception {
        rig.agent(Breakpoint.NONE);
        rig.tell(1, "set server db/db1 weight 7");
        var text = Files.readString(rig.operatorFile());
        Files.writeString(rig.operatorFile(), text.replace("backend db\n", "backend db\n    balance static-rr\n"));

        rig.reload();

        await().untilAsserted(() -> assertThat(serving()).containsExactly(2));
        assertThat(rig.live(2).api().servers()).extracting(ServerState::weight).containsExactly(1);
    }

    private void upgrade(Breakpoint breakpoint) {
        var agent = TestActivityEnvironment.newInstance();
        agent.registerActivitiesImplementations(rig.agent(breakpoint));
        var activities = agent.newActivityStub(NodeActivities.class);
        try {
            activities.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
            activities.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));
        } finally {
            agent.close();
        }
    }

    private List<Integer> serving() throws IOException {
        return rig.run().serving().stream().map(Generation::number).toList();
    }

    /** No file can be written where a directory is. */
    private static void occupy(Path path) {
        try {
            Files.deleteIfExists(path);
            Files.createDirectories(path.resolve("taken"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void silence(boolean yes) {
        try {
            rig.silence(1, yes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void kill(int generation) {
        try {
            rig.kill(generation);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
