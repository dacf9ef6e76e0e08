package dev.changeover.packaging;

import dev.changeover.demo.RealParts;
import dev.changeover.host.ProgramRun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of a program of this host to its end. */
record Run(int exitCode, String output, String errors) {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** The directory that the product is built in. */
    static final Path PROJECT = Path.of("").toAbsolutePath();

    static Run of(Object... words) throws IOException, InterruptedException {
        return of(Map.of(), words);
    }

    /** Skips the test, or fails it in CI, where the program is missing. */
    static Run of(Map<String, String> environment, Object... words) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("changeover-run");
        var output = directory.resolve("output").toFile();
        var errors = directory.resolve("errors").toFile();
        try {
            var process = start(environment, output, errors, words);
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(words[0] + " did not end within " + LIMIT);
            }
            return new Run(process.exitValue(), Files.readString(output.toPath()), Files.readString(errors.toPath()));
        } finally {
            Files.deleteIfExists(output.toPath());
            Files.deleteIfExists(errors.toPath());
            Files.delete(directory);
        }
    }

    private static Process start(Map<String, String> environment, File output, File errors, Object... words) {
        var builder = new ProcessBuilder(
                        List.of(words).stream().map(Object::toString).toList())
                .directory(PROJECT.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output)
                .redirectError(errors);
        var all = new HashMap<>(Map.of("LC_ALL", "C.UTF-8"));
        all.putAll(environment);
        builder.environment().putAll(all);
        try {
            return ProgramRun.start(builder);
        } catch (IOException absent) {
            throw RealParts.missing("'%s' cannot be run here: %s".formatted(words[0], absent.getMessage()));
        }
    }

    boolean succeeded() {
        return exitCode == 0;
    }
}
