package dev.changeover.temporal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of a file with lines {@code id = "Base64 of 32 bytes"}. All of them decrypt; the one that {@code current}
 * names encrypts, or the first where no line says {@code current}. A line {@code unencrypted_until = "2026-12-01T00:00:00Z"}
 * lets what was begun before there were keys come to its end.
 *
 * @param file where they come from, for messages
 * @param current id of the key that encrypts
 * @param unencryptedUntil before then payloads are taken that are not encrypted
 */
record PayloadKeys(Path file, String current, Instant unencryptedUntil, Map<String, SecretKey> keys) {
    private static final String CURRENT = "current";
    private static final String UNENCRYPTED_UNTIL = "unencrypted_until";
    private static final int BYTES = 32;

    /**
     * @throws TemporalConfigurationException if the file cannot be read or has a line that is no key; never quotes one
     */
    static PayloadKeys read(Path file) {
        try {
            var keys = new LinkedHashMap<String, SecretKey>();
            var lines = new TomlMapper().readTree(Files.readString(file));
            for (var line : lines.properties()) {
                if (!line.getKey().equals(CURRENT) && !line.getKey().equals(UNENCRYPTED_UNTIL)) {
                    keys.put(line.getKey(), key(file, line.getKey(), line.getValue()));
                }
            }
            if (keys.isEmpty()) {
                throw wrong(file, "no key is in it");
            }
            var first = keys.keySet().iterator().next();
            var current = lines.path(CURRENT).asText(first);
            if (!keys.containsKey(current)) {
                throw wrong(file, "the current key '%s' is not in it".formatted(current));
            }
            return new PayloadKeys(
                    file, current, until(file, lines.path(UNENCRYPTED_UNTIL).asText()), Map.copyOf(keys));
        } catch (IOException unreadable) {
            // A parser's message about a wrong line would quote it.
            throw wrong(file, "it is missing, or not lines like id = \"Base64\"");
        }
    }

    private static Instant until(Path file, String text) {
        try {
            return text.isEmpty() ? Instant.MIN : Instant.parse(text);
        } catch (DateTimeParseException wrong) {
            throw wrong(file, "%s is no time such as 2026-12-01T00:00:00Z".formatted(UNENCRYPTED_UNTIL));
        }
    }

    private static SecretKey key(Path file, String id, JsonNode text) {
        try {
            var bytes = Base64.getDecoder().decode(text.asText());
            if (bytes.length == BYTES) {
                return new SecretKeySpec(bytes, "AES");
            }
        } catch (IllegalArgumentException notBase64) {
            throw wrong(file, "the key '%s' is not Base64".formatted(id));
        }
        throw wrong(file, "the key '%s' has not %d bytes".formatted(id, BYTES));
    }

    private static TemporalConfigurationException wrong(Path file, String reason) {
        return new TemporalConfigurationException("The payload keys %s cannot be used: %s".formatted(file, reason));
    }

    Optional<SecretKey> key(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    SecretKey currentKey() {
        return key(current).orElseThrow();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
