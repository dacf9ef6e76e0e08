package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramRunTest {
    @TempDir
    Path directory;

    @Test
    void starts_a_program_that_somebody_still_holds_open_as_soon_as_it_is_free() throws Exception {
        var program = copyOfTrue();
        var held = Files.newByteChannel(program, StandardOpenOption.APPEND);
        var pauses = new AtomicInteger();

        // A child that another test starts at this moment may hold a copy for a while.
        var process = ProgramRun.start(new ProcessBuilder(program.toString()), () -> {
            if (pauses.getAndIncrement() == 0) close(held);
            else LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        });

        assertThat(pauses).hasPositiveValue();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void gives_up_on_one_that_stays_open() throws IOException {
        var program = copyOfTrue();

        try (var held = Files.newByteChannel(program, StandardOpenOption.APPEND)) {
            assertThat(held.isOpen()).isTrue();
            assertThatThrownBy(() -> ProgramRun.start(new ProcessBuilder(program.toString()), () -> {}))
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
