package dev.changeover.notify;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2NoticesTest extends NoticesContract {
    @TempDir
    static Path directory;

    @Override
    ApplicationContext database() {
        return TestDatabase.h2(directory);
    }
}
