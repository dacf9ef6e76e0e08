package dev.changeover.haproxy;

import dev.changeover.host.ProgramRun;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a short program to its end. */
final class HostCommand {

    private static final int LONGEST_OUTPUT = 4000;
    private static final long LONGEST_SECONDS = 20;

    private HostCommand() {}

    /** @param output what it printed on both streams, cut after 4,000 characters */
    record Result(int exitCode, String output) {}

    /** @throws IOException when the program cannot be executed (missing, not executable, unreadable) or does not end */
    static Result run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        // A file and not a pipe: a program that prints without end must not fill our memory.
        var output = Files.createTempFile("changeover", ".out");
        try {
            var builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            cleanEnvironment(builder.environment());
            builder.environment().putAll(environment);
            var process = ProgramRun.start(builder);
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(command.getFirst() + " did not end within " + LONGEST_SECONDS + " s");
            }
            try (var in = Files.newInputStream(output)) {
                var text = new String(in.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8).strip();
                return new Result(process.exitValue(), text);
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** HAProxy takes sockets and a process role from HAPROXY_* variables: none of another process may reach ours. */
    static void cleanEnvironment(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("HAPROXY_"));
    }
}
