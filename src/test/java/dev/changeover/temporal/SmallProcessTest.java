package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Temporal's SDK loads in a process of its own, whose heap is an agent's. */
class SmallProcessTest {
    private static final Pattern MESSAGE =
            Pattern.compile(" io\\.temporal\\.api\\.workflowservice\\.v1\\.(\\w+Request) ");

    @Test
    void a_small_process_that_counts_no_calls_loads_the_messages_of_those_that_it_makes() throws Exception {
        assertThat(loaded()).contains("DescribeNamespaceRequest").doesNotContain("RegisterNamespaceRequest");
    }

    private static List<String> loaded() throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Connects.class.getName(),
                        RealTemporal.address())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return MESSAGE.matcher(said).results().map(found -> found.group(1)).toList();
    }

    /** Ends well when Temporal answers. */
    static final class Connects {
        private Connects() {}

        public static void main(String[] address) throws InterruptedException {
            boolean ready;
            try (var connection =
                    TemporalConnection.open(TemporalSettings.in(Path.of("none")).external(address[0]))) {
                ready = connection.awaitReady(Duration.ofSeconds(30)).ready();
            }
            System.exit(ready ? 0 : 1);
        }
    }
}
