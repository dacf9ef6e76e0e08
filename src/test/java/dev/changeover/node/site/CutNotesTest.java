package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.host.PrivateFile;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.sandbox.SandboxDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent has written down and finds cut at any byte: it says all that it said, or nothing, and stops nobody. */
class CutNotesTest {
    private static final KernelVersion VERSION = KernelVersion.of("1.0.0.1");
    private static final BeforeHandover.State STATE = new BeforeHandover.State(12, 345, List.of("db", "reports"));

    @TempDir
    Path directory;

    /** Does something with the file after it was cut. */
    private interface Reading {
        void check(boolean isWhole) throws Exception;
    }

    private static void cutAnywhere(Path file, Reading reading) throws Exception {
        var whole = Files.readAllBytes(file);
        assertThat(whole).isNotEmpty();
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            reading.check(length == whole.length);
        }
    }

    private static Path aside(Path file) {
        return file.resolveSibling(file.getFileName() + PrivateFile.DAMAGED);
    }

    @Test
    void half_a_number_is_no_generation() throws Exception {
        var retired = new RetiredByHand(directory.resolve("retired"));
        retired.add(12);

        cutAnywhere(retired.file(), isWhole -> assertThat(retired.all()).isEqualTo(isWhole ? Set.of(12) : Set.of()));

        assertThat(aside(retired.file())).exists();
    }

    @Test
    void half_a_state_is_none() throws Exception {
        var before = new BeforeHandover(directory.resolve("before"));
        before.note(7, STATE);

        cutAnywhere(before.file(), isWhole -> {
            var known = before.of(7);
            assertThat(known.stream()).allMatch(state -> state.errors() == 12 && state.sessions() == 345);
            if (isWhole) assertThat(known).contains(STATE);
        });

        assertThat(before.of(8)).isEmpty();
        assertThat(aside(before.file())).exists();
    }

    @Test
    void what_a_start_failed_of_is_shown_whatever_is_left_of_it() throws Exception {
        var starts = new Starts(directory.resolve("starts"), Clock.systemUTC());
        starts.failed("Zoë's proxy ended");
        var file = directory.resolve("starts.failure");

        cutAnywhere(file, isWhole -> assertThat(starts.lastFailure()).isPresent());

        Files.write(file, new byte[] {(byte) 0xff, 'x'});
        assertThat(starts.lastFailure().orElseThrow()).endsWith("x");
    }

    @Test
    void a_kernel_whose_notes_are_cut_says_itself_what_it_is_and_is_written_down_again() throws Exception {
        var store = store();
        var kernel = SandboxDriver.pack(directory.resolve("kernel.tar.gz"), VERSION, "1.0");
        var staged = store.stage(kernel, Breakpoint.NONE, () -> {});
        var file = staged.directory().resolve(".reported-version");
        var whole = Files.readString(file);

        cutAnywhere(file, isWhole -> {
            assertThat(store.all()).containsExactly(staged);
            assertThat(store.stage(kernel, Breakpoint.NONE, () -> {})).isEqualTo(staged);
            assertThat(file).hasContent(whole);
        });
    }

    @Test
    void a_kernel_that_does_not_know_its_package_any_more_is_staged_anew() throws Exception {
        var store = store();
        var kernel = SandboxDriver.pack(directory.resolve("kernel.tar.gz"), VERSION, "1.0");
        var staged = store.stage(kernel, Breakpoint.NONE, () -> {});
        var file = staged.directory().resolve(".package-sha256");
        var whole = Files.readString(file);

        cutAnywhere(file, isWhole -> {
            for (int looks = 0; looks < 2; looks++) {
                assertThat(store.find(kernel).isPresent()).isEqualTo(isWhole);
            }
            assertThat(store.stage(kernel, Breakpoint.NONE, () -> {})).isEqualTo(staged);
            assertThat(file).hasContent(whole);
        });
    }

    private KernelStore store() throws IOException {
        var allowed = List.of(directory.toUri().toString());
        var driver = new SandboxDriver(directory.resolve("none"), "check");
        return new KernelStore(Files.createDirectories(directory.resolve("kernels")), allowed, () -> 1L << 40, driver);
    }
}
