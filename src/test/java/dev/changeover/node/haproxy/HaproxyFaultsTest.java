package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.demo.RealParts;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What is said of a HAProxy that does not come up. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class HaproxyFaultsTest {
    @TempDir
    Path directory;

    private HaproxyRig rig;

    @BeforeEach
    void rig() throws IOException {
        rig = new HaproxyRig(directory, false);
        rig.agent(Breakpoint.NONE);
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
    }

    @Test
    void why_nothing_starts_is_shown_in_haproxys_words_until_something_serves() throws Exception {
        var healthy = Files.readString(rig.operatorFile());
        boots();
        Files.writeString(rig.operatorFile(), healthy + "no-such-word\n");

        for (int i = 0; i < 3; i++) rig.supervise();

        assertThat(problems(Kind.NOTHING_SERVES, Kind.CRASH_LOOP))
                .hasSize(2)
                .noneMatch(text -> text.contains("null") || text.contains("Exception") || text.contains("\n"))
                .as("the cause comes first")
                .first()
                .asString()
                .contains("unknown keyword 'no-such-word'");

        Files.writeString(rig.operatorFile(), healthy);
        rig.boot(rig.kernel(Package.A));
        assertThat(problems(Kind.values())).isEmpty();
    }

    @Test
    void one_that_came_up_and_ended_is_shown_with_its_last_words() throws Exception {
        rig.serve();
        rig.kill(1);
        Files.writeString(rig.run().generation(1).output(), "[ALERT]    (17) : the last words\n");
        Files.writeString(rig.operatorFile(), "no-such-word\n");
        Files.delete(rig.run().generation(1).operatorConfiguration());
        Files.writeString(rig.run().generation(1).operatorConfiguration(), "no-such-word\n");
        Files.delete(
                rig.site(Breakpoint.NONE).kernels().all().getFirst().directory().resolve(".reported-version"));

        rig.supervise();

        assertThat(problems(Kind.NOTHING_SERVES))
                .singleElement()
                .asString()
                .endsWith("it came up and ended: the last words");
    }

    @Test
    void a_start_that_ends_at_once_is_not_said_to_have_taken_10_s() throws Exception {
        boots();
        Files.writeString(
                rig.operatorFile(),
                Files.readString(rig.operatorFile()).replace("bind 127.0.0.1:", "bind 192.0.2.77:"));

        var failure = catchThrowableOfType(ApplicationFailure.class, () -> rig.boot(rig.kernel(Package.A)));

        assertThat(failure.getOriginalMessage())
                .contains("did not come up: it ended with exit code 1; it said: ", "cannot bind socket", "192.0.2.77")
                .doesNotContain("10 s", "[NOTICE]", "\n");
        assertThat(failure.getType()).isEqualTo("START_FAILED");
    }

    /** Only its check is quick: that begins the file that the start then finds. */
    @Test
    void a_first_start_may_be_as_slow_as_a_name_server_is() throws Exception {
        boots();
        var begun = directory.resolve("begun");
        var slow = Files.writeString(directory.resolve("slow.lua"), """
                local begun = io.open("%1$s")
                if begun then os.execute("sleep 11") else io.open("%1$s", "w"):close() end
                """.formatted(begun));
        Files.writeString(
                rig.operatorFile(),
                Files.readString(rig.operatorFile()).replaceFirst("global\n", "global\n    lua-load " + slow + "\n"));

        rig.boot(rig.kernel(Package.A));

        assertThat(problems(Kind.values())).isEmpty();
    }

    @Test
    void what_a_generation_prints_is_bounded_and_goes_on() throws Exception {
        rig.serve();
        var output = rig.run().generation(1).output();
        Files.writeString(output, "x".repeat(1 << 20) + "the end\n", StandardOpenOption.APPEND);

        rig.supervise();

        assertThat(output).hasSize(64 << 10).content().endsWith("xthe end\n");
    }

    private void boots() throws Exception {
        var site = rig.site(Breakpoint.NONE);
        var kernel = site.kernels().stage(rig.kernel(Package.A), Breakpoint.NONE, () -> {});
        Files.createDirectories(rig.run().path());
        site.boot().pointAt(kernel.directory());
    }

    private List<String> problems(Kind... kinds) {
        return rig.agent().status().problems().stream()
                .filter(problem -> List.of(kinds).contains(problem.kind()))
                .map(Problem::text)
                .toList();
    }
}
