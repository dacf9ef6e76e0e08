package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerCommandTest {
    private static final int LONG_CALLS = 8;

    @Test
    void calls_that_compute_for_long_leave_others_their_turn_on_one_core() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var program = new ProcessBuilder(
                        java,
                        "-XX:ActiveProcessorCount=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Calls.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        try {
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    /** Ends as soon as a call that came after the long ones is served. */
    static final class Calls {
        private static volatile long computed;

        private Calls() {}

        public static void main(String... none) throws InterruptedException {
            ServerCommand.letCallsShareTheProcessor();
            for (int call = 0; call < LONG_CALLS; call++) {
                Thread.ofVirtual().start(Calls::compute);
            }
            Thread.ofVirtual().start(() -> Runtime.getRuntime().halt(0)).join();
        }

        private static void compute() {
            while (true) {
                computed++;
            }
        }
    }
}
