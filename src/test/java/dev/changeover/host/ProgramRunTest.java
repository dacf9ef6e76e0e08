package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramRunTest {
    @TempDir
    Path directory;

    @Test
    void starts_a_program_that_somebody_still_holds_open_as_soon_as_it_is_free() throws Exception {
        var program = copyOfTrue();
        var held = Files.newByteChannel(program, StandardOpenOption.APPEND);
        var release = CompletableFuture.runAsync(
                () -> close(held), CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));

        var process = ProgramRun.start(new ProcessBuilder(program.toString()));

        assertThat(release).isDone();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void gives_up_on_one_that_stays_open() throws IOException {
        var program = copyOfTrue();

        try (var held = Files.newByteChannel(program, StandardOpenOption.APPEND)) {
            assertThat(held.isOpen()).isTrue();
            assertThatThrownBy(() -> ProgramRun.start(new ProcessBuilder(program.toString())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("26");
        }
    }

    private Path copyOfTrue() throws IOException {
        return Files.copy(Path.of("/bin/true"), directory.resolve("program"));
    }

    private static void close(AutoCloseable held) {
        try {
            held.close();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }
}
