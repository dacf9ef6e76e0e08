package dev.changeover.host;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One run of a program of the host, with a deadline. Its output goes through a file, never a pipe: a grandchild that
 * keeps a pipe open would hold us up for ever, and a program that prints without end must not fill our memory.
 *
 * @param environment changes the variables that the program would inherit from this process
 */
public record ProgramRun(
        Path directory, Consumer<Map<String, String>> environment, Duration limit, List<String> words) {
    private static final int LONGEST_OUTPUT = 1 << 20;
    private static final int ATTEMPTS = 250;
    private static final Pattern BUSY = Pattern.compile("error[:=] ?26\\b");

    /** It speaks English and has 60 s. */
    public static ProgramRun in(Path directory, String... words) {
        return new ProgramRun(
                directory, variables -> variables.put("LC_ALL", "C"), Duration.ofSeconds(60), List.of(words));
    }

    /**
     * What the program ended with: its exit code, and both of its outputs in the order they came, without space around
     * them and cut after a mebibyte.
     */
    public record Outcome(int exitCode, String output) {

        public boolean succeeded() {
            return exitCode == 0;
        }

        /** The last words of the program: usually the line that says what went wrong. */
        public String lastLine() {
            return output.lines().reduce((first, last) -> last).orElse("it said nothing");
        }
    }

    /** @throws IOException if the program is missing, cannot be started, or has not ended before the deadline */
    public Outcome run() throws IOException, InterruptedException {
        Path output = Files.createTempFile("changeover", ".out");
        try {
            var builder = new ProcessBuilder(words)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile());
            environment.accept(builder.environment());
            Process process = start(builder);
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException(words.getFirst() + " did not end within " + limit.toSeconds() + " s");
                }
            } finally {
                process.destroyForcibly();
            }
            try (var in = Files.newInputStream(output)) {
                var text = new String(in.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8);
                return new Outcome(process.exitValue(), text.strip());
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /**
     * Like {@link #run}, for a program whose failure is the caller's: the message carries its last words. An interrupted
     * wait is a failure like others.
     */
    public String output() throws IOException {
        try {
            Outcome outcome = run();
            if (outcome.succeeded()) return outcome.output();
            throw new IOException(
                    String.join(" ", words) + " ended with " + outcome.exitCode() + ": " + outcome.lastLine());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + words.getFirst(), interrupted);
        }
    }

    /**
     * Starts a program whose file may have been written a moment ago. The system refuses that with ETXTBSY while a child
     * that another thread just started still holds the file open: for milliseconds, until that child runs its own program;
     * for longer on a machine so busy that it does not get there.
     *
     * @throws IOException if it cannot be started, also not within five seconds
     */
    public static Process start(ProcessBuilder builder) throws IOException {
        return start(builder, () -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)));
    }

    /** @param pause between one attempt and the next */
    static Process start(ProcessBuilder builder, Runnable pause) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return builder.start();
            } catch (IOException failure) {
                if (attempt == ATTEMPTS
                        || !BUSY.matcher("" + failure.getMessage()).find()) throw failure;
                pause.run();
            }
        }
    }

    /** The program of that name on the PATH or in the system directories that a user's PATH often lacks. */
    public static Optional<Path> find(String program) {
        return find(program, System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin");
    }

    /** @param path directories, separated by colons */
    public static Optional<Path> find(String program, String path) {
        return Stream.of(path.split(":"))
                .filter(directory -> !directory.isBlank())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isRegularFile)
                .filter(Files::isExecutable)
                .findFirst();
    }
}
