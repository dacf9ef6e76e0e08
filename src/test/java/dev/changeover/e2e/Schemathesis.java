package dev.changeover.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The fuzzer schemathesis, which makes requests from an OpenAPI document and holds the answers against it. Fetched as
 * {@link PythonPackages}.
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
        return new Schemathesis(PythonPackages.fetched("schemathesis", file("requirements.txt")));
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
        var exitCode = PythonPackages.exitCode(program);
        var output = Files.readString(log, UTF_8);
        var requests = GENERATED.matcher(output);
        return new Findings(exitCode, requests.find() ? Integer.parseInt(requests.group(1)) : 0, output);
    }
}
