package dev.changeover.campaign.run;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2CampaignTest extends CampaignContract {
    @TempDir
    static Path directory = Path.of("");

    @Override
    ApplicationContext database() {
        try {
            return TestDatabase.h2(Files.createTempDirectory(directory, "campaign"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
