package dev.changeover.notify;

import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class H2PostmanTest extends PostmanContract {
    @TempDir
    static Path directory;

    @Override
    ApplicationContext database() {
        return ApplicationContext.run(
                Map.of(
                        "changeover.data",
                        directory.toString(),
                        "changeover.notify.every",
                        "1h",
                        "test.kill-switch",
                        true),
                "test");
    }
}
