package dev.changeover.temporal.devserver;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.changeover.host.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code temporal.json} that a dev server leaves in the data directory, so that it is found again and so that
 * an agent on the same host knows where to go.
 *
 * @param address host and port of the frontend
 * @param webUi address of the Web UI
 * @param pid of the server itself, not of the shell around it
 * @param startedMillis when that process started by the clock of then
 */
public record ServerRecord(
        @JsonProperty("address") String address,
        @JsonProperty("namespace") String namespace,
        @JsonProperty("web_ui") String webUi,
        @JsonProperty("pid") long pid,
        @JsonProperty("started_millis") long startedMillis) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FILE = "temporal.json";

    private static final Duration CLOCK_SLACK = Duration.ofSeconds(3);

    public static Optional<ServerRecord> read(Path dataDirectory) throws IOException {
        var file = dataDirectory.resolve(FILE);
        if (Files.notExists(file)) return Optional.empty();
        try {
            var said = Optional.ofNullable(JSON.readValue(file.toFile(), ServerRecord.class));
            if (said.isPresent()) return said;
        } catch (JsonProcessingException damaged) {
            // the same as where it says nothing
        }
        PrivateFile.setAside(file, "does not say where a dev server is");
        return Optional.empty();
    }

    public void write(Path dataDirectory) throws IOException {
        PrivateFile.write(
                dataDirectory.resolve(FILE),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    }

    /** The process, if it is still the one that was written down. */
    public Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isThisServer);
    }

    /** Process ids are used again. A start time tells less than the command line: it moves when the clock is set. */
    private boolean isThisServer(ProcessHandle process) {
        var port = List.of("--port", "" + port(address));
        return process.info()
                .arguments()
                .map(arguments -> Collections.indexOfSubList(List.of(arguments), port) >= 0)
                .orElseGet(() -> startedWhenWeSay(process));
    }

    private boolean startedWhenWeSay(ProcessHandle process) {
        var ours = Instant.ofEpochMilli(startedMillis);
        return process.info()
                .startInstant()
                .map(start -> Duration.between(ours, start).abs().compareTo(CLOCK_SLACK) <= 0)
                .orElse(false);
    }

    public static int port(String hostAndPort) {
        return Integer.parseInt(hostAndPort.substring(hostAndPort.lastIndexOf(':') + 1));
    }
}
