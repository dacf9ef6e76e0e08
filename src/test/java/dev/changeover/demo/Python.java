package dev.changeover.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Programs in Python, for what Java cannot do or another program must. Without python3 a test is skipped, or fails in CI. */
public final class Python {
    private Python() {}

    public static Process start(ProcessBuilder program) {
        try {
            return program.start();
        } catch (IOException absent) {
            throw RealParts.missing("python3 cannot be started: install python3 and python3-pip");
        }
    }

    /** A program that is given as text. */
    public static Process run(String program, Object... words) {
        var builder = new ProcessBuilder("python3", "-c", program);
        for (var word : words) builder.command().add(word.toString());
        return start(builder.redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    /** The interpreter itself, which may be behind scripts and links, and what a copy of it needs to run. */
    public record Interpreter(Path program, Map<String, String> environment) {}

    public static Interpreter interpreter() throws IOException {
        var asked = run("""
                import sys, sysconfig
                print(sys._base_executable, sys.base_prefix, sysconfig.get_config_var("LIBDIR"), sep="\\n")
                """);
        try (var output = asked.inputReader()) {
            var said = output.lines().toList();
            return new Interpreter(
                    Path.of(said.get(0)).toRealPath(),
                    Map.of("PYTHONHOME", said.get(1), "LD_LIBRARY_PATH", said.get(2)));
        }
    }
}
