package dev.changeover.e2e;

import dev.changeover.demo.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Builds a program in Go with the {@code go} of this host; where there is none, or the modules cannot be had, the test is
 * skipped with a sentence, and with {@code CI=true} it fails.
 */
final class GoProgram {
    /** The compiler of Go needs a third less time for it, and the program waits for answers anyway. */
    private static final String UNOPTIMIZED = "-gcflags=all=-N -l";

    private GoProgram() {}

    /** The built program. Go's own cache makes the second time a short one. */
    static Path built(Path module) throws IOException, InterruptedException {
        var program = Path.of("target", "sdk-go").toAbsolutePath();
        var log = Path.of("target", "sdk-go-build.log").toAbsolutePath();
        try {
            var build = new ProcessBuilder("go", "build", UNOPTIMIZED, "-o", program.toString(), ".")
                    .directory(module.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (build.waitFor() != 0) {
                throw RealParts.missing("the program in Go cannot be built: see whether Go modules can be fetched: "
                        + Files.readString(log).strip());
            }
            return program;
        } catch (IOException absent) {
            throw RealParts.missing("go cannot be started: install golang-go");
        }
    }
}
