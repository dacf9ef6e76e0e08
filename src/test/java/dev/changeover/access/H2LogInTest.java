package dev.changeover.access;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2LogInTest extends LogInContract {
    @TempDir
    static Path directory;

    @Override
    ApplicationContext database() {
        return TestDatabase.h2(directory);
    }
}
