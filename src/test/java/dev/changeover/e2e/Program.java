package dev.changeover.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code java -jar target/changeover.jar …} as a process of its own. */
record Program(Process process, Path log) {
    /** The jar of this build. */
    static final Path JAR = Path.of("target", "changeover.jar").toAbsolutePath();

    static Program start(Path log, Map<String, String> environment, String... arguments) throws IOException {
        return start(log, environment, List.of("-Xmx256m"), arguments);
    }

    static Program start(Path log, Map<String, String> environment, List<String> options, String... arguments)
            throws IOException {
        return start(JAR, log, environment, options, arguments);
    }

    /** The same with another build's jar. */
    static Program start(Path jar, Path log, Map<String, String> environment, List<String> options, String... arguments)
            throws IOException {
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: run it with mvn verify");
        }
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new Program(builder.start(), log);
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM to this process alone, as a unit with KillMode=process gets it. */
    void terminate() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                throw new AssertionError("process " + process.pid() + " does not end within 2 min");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for its end; what it printed is in the log. */
    int exitCode(Duration deadline) throws InterruptedException {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end within " + deadline);
        }
        return process.exitValue();
    }
}
