package dev.changeover.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2TaskLedgerTest extends TaskLedgerContract {
    private static final int KILLED = 137;

    @TempDir
    static Path directory;

    @Override
    ApplicationContext database() {
        return TestDatabase.h2(directory);
    }

    @Test
    void what_was_recorded_outlives_a_kill_in_the_next_moment(@TempDir Path own) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        RecordAndDie.class.getName(),
                        own.toString())
                .inheritIO()
                .start();

        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(KILLED);

        try (var context = TestDatabase.h2(own)) {
            assertThat(context.getBean(TaskLedger.class).open(null, 2)).hasSize(1);
        }
    }

    /** A server that records a task and is killed. */
    static final class RecordAndDie {
        private RecordAndDie() {}

        public static void main(String[] args) {
            var context = TestDatabase.h2(Path.of(args[0]));
            context.getBean(TaskLedger.class).record(running("p1", "key"), List.of());
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
