package dev.changeover.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.changeover.demo.Traffic.Latency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The evidence of one demonstrated upgrade.
 *
 * @param connections short ones, made from the first second to the last
 * @param failed of those
 * @param failedUpperBound the share of failures that is not exceeded with 95 % confidence: 3/N when none of N failed
 * @param temporal which of the three ways it ran on, and why
 * @param engine what the nodes ran, and why
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DemoReport(
        String jobId,
        long connections,
        long failed,
        double failedUpperBound,
        Sessions sessions,
        LatencyMs latencyMs,
        List<Node> nodes,
        String temporal,
        String engine) {

    public DemoReport {
        nodes = List.copyOf(nodes);
    }

    /** Persistent sessions: alive at the end, closed because they had come of age, and cut before that. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Sessions(long kept, long closedByAge, long cut) {}

    /** Waiting times of short connections, before the first handover and from it on. */
    public record LatencyMs(Latency before, Latency during) {}

    /** One node; versions are kernel versions, {@code handoverMs} the time its handover took in the agent. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Node(String nodeId, String from, String to, long handoverMs) {}

    public static DemoReport of(
            String jobId,
            ShortConnections traffic,
            Sessions sessions,
            List<Node> nodes,
            String temporal,
            String engine) {
        Traffic total = traffic.total();
        var latency = new LatencyMs(
                traffic.of("before").latency(), traffic.of("during").latency());
        double bound = upperBound(total.failed(), total.connections());
        return new DemoReport(
                jobId, total.connections(), total.failed(), bound, sessions, latency, nodes, temporal, engine);
    }

    /**
     * With 95 % confidence no more than this share fails. The rule of three when nothing failed, else the upper limit
     * of a Poisson count by Wilson and Hilferty; 1 when nothing was tried, because then nothing is known.
     */
    static double upperBound(long failed, long connections) {
        if (connections == 0) {
            return 1;
        }
        double next = failed + 1.0;
        double limit = failed == 0 ? 3 : next * Math.pow(1 - 1 / (9 * next) + 1.645 / (3 * Math.sqrt(next)), 3);
        return Math.min(1, limit / connections);
    }

    /** Writes it as JSON; directories above the file are made. */
    public void writeTo(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
    }

    /** The same for people, without colour, a line each. */
    public String text() {
        var text = new StringBuilder();
        line(text, "job          %s", jobId);
        line(
                text,
                "connections  %,d made, %,d failed (at most %.4f %% with 95 %% confidence)",
                connections,
                failed,
                failedUpperBound * 100);
        line(text, "sessions     %d kept, %d closed by age, %d cut", sessions.kept, sessions.closedByAge, sessions.cut);
        line(text, "latency      before: %s", words(latencyMs.before));
        line(text, "             during: %s", words(latencyMs.during));
        for (Node node : nodes) {
            line(
                    text,
                    "node         %s: %s to %s, handed over in %,d ms",
                    node.nodeId,
                    node.from,
                    node.to,
                    node.handoverMs);
        }
        line(text, "temporal     %s", temporal);
        line(text, "engine       %s", engine);
        return text.toString();
    }

    private static String words(Latency latency) {
        return String.format(
                Locale.ROOT, "p50 %.1f ms, p99 %.1f ms, max %.1f ms", latency.p50(), latency.p99(), latency.max());
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
