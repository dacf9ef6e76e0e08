package dev.changeover.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.changeover.demo.RealParts;
import dev.changeover.host.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The fuzzer schemathesis, which makes requests from an OpenAPI document and holds the answers against it. Fetched once
 * with pip, at the versions of {@code fuzz/requirements.txt}, into the user's cache; where that is not possible the
 * test is skipped with a sentence, and with {@code CI=true} it fails.
 */
record Schemathesis(Path packages) {
    private static final Path RESOURCES =
            Path.of("src", "test", "resources", "fuzz").toAbsolutePath();
    private static final Pattern GENERATED = Pattern.compile("(\\d+) generated");

    /**
     * Its findings.
     *
     * @param exitCode 0 if nothing
     * @param requests how many test cases it made
     */
    record Findings(int exitCode, int requests, String output) {}

    static Schemathesis ofThisHost() throws IOException, InterruptedException {
        var requirements = file("requirements.txt");
        var packages = cache().resolve("schemathesis-" + mark(requirements));
        if (Files.notExists(packages)) {
            install(requirements, packages);
        }
        return new Schemathesis(packages);
    }

    private static void install(Path requirements, Path packages) throws IOException, InterruptedException {
        Files.createDirectories(cache());
        var directory = Files.createTempDirectory(cache(), "install-");
        var log = directory.resolve("pip.log");
        try {
            var target = directory.resolve("packages");
            var pip = new ProcessBuilder(
                            "python3",
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--disable-pip-version-check",
                            "--requirement",
                            requirements.toString(),
                            "--target",
                            target.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            if (exitCode(pip) != 0) {
                throw RealParts.missing("schemathesis cannot be fetched with pip: install python3 and python3-pip, and"
                        + " see whether a package index can be reached: "
                        + Files.readString(log).strip());
            }
            Files.move(target, packages); // in one step: half of it never counts as installed
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException faster) {
            // another process has just done the same
        } finally {
            FileTree.delete(directory);
        }
    }

    private static int exitCode(ProcessBuilder program) throws InterruptedException {
        try {
            return program.start().waitFor();
        } catch (IOException absent) {
            throw RealParts.missing("python3 cannot be started: install python3 and python3-pip");
        }
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("changeover");
    }

    /** Other versions get a directory of their own. */
    private static String mark(Path requirements) throws IOException {
        var sum = new CRC32();
        sum.update(Files.readAllBytes(requirements));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /** One of the fuzzer's files in the tests' resources. */
    static Path file(String name) {
        return RESOURCES.resolve(name);
    }

    /**
     * Fuzzes; its output stays in {@code log}, with a request for each finding that shows it again.
     *
     * @param home where it may leave what it remembers
     */
    Findings run(Path home, Path log, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        var program = new ProcessBuilder(
                        "python3",
                        "-m",
                        "schemathesis.cli",
                        "--config-file",
                        file("schemathesis.toml").toString(),
                        "run")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        program.command().addAll(arguments);
        program.environment().put("SCHEMATHESIS_HOOKS", file("hooks.py").toString());
        program.environment().put("PYTHONPATH", packages.toString());
        program.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        program.environment().putAll(environment);
        var exitCode = exitCode(program);
        var output = Files.readString(log, UTF_8);
        var requests = GENERATED.matcher(output);
        return new Findings(exitCode, requests.find() ? Integer.parseInt(requests.group(1)) : 0, output);
    }
}
