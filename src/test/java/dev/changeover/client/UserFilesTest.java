package dev.changeover.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserFilesTest {

    @Test
    void what_cannot_be_read_is_named_once_with_the_reason(@TempDir Path home) throws IOException {
        var files = new UserFiles(name -> null, home);
        Files.createDirectories(files.configuration());

        assertThatThrownBy(() -> files.configured("server"))
                .hasMessage(files.configuration() + " cannot be read: Is a directory");

        Files.delete(files.configuration());
        Files.write(files.configuration(), new byte[] {'#', (byte) 0xe4});
        assertThatThrownBy(() -> files.configured("server"))
                .hasMessage(files.configuration() + " cannot be read: it is not text in UTF-8");
    }
}
