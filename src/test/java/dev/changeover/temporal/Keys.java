package dev.changeover.temporal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/** Files of payload keys. A key is as good as its id, which its bytes repeat: the same id is the same key everywhere. */
public final class Keys {
    private Keys() {}

    /** With these keys, the first of which encrypts. */
    public static Path file(Path directory, String... ids) {
        return write(directory, Arrays.stream(ids).map(id -> line(id, id)).collect(Collectors.joining()));
    }

    /** The same, and what is not encrypted is taken too. */
    public static Path beginning(Path directory, String... ids) {
        return write(
                directory,
                "unencrypted_until = \"9999-01-01T00:00:00Z\"\n"
                        + Arrays.stream(ids).map(id -> line(id, id)).collect(Collectors.joining()));
    }

    static String line(String id, String secret) {
        var bytes = Arrays.copyOf(secret.repeat(32).getBytes(StandardCharsets.US_ASCII), 32);
        return "%s = \"%s\"\n".formatted(id, Base64.getEncoder().encodeToString(bytes));
    }

    static Path write(Path directory, String content) {
        try {
            return Files.writeString(Files.createTempFile(directory, "payload", ".keys"), content);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
