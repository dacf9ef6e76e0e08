package dev.changeover.metrics;

import dev.changeover.host.Reason;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The token of programs that read the figures, and may do nothing else.
 *
 * @param tokenFile has it; read at every call, so that it can be replaced. Null where only operators read the figures
 */
@ConfigurationProperties("changeover.metrics")
public record ScrapeToken(@Nullable Path tokenFile) {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9+/=_-]{32,}");

    /** @throws IllegalArgumentException if the file has none */
    public ScrapeToken {
        if (tokenFile != null) read(tokenFile);
    }

    /** Reads the file; as long for a wrong token as for the right one. */
    public boolean is(String given) {
        try {
            return tokenFile != null
                    && MessageDigest.isEqual(
                            read(tokenFile).getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException damagedSince) {
            return false;
        }
    }

    private static String read(Path file) {
        var setting = "CHANGEOVER_METRICS_TOKEN_FILE";
        try {
            var token = Files.readString(file).strip();
            if (TOKEN.matcher(token).matches()) return token;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(setting + " cannot be read: " + Reason.of(unreadable));
        }
        throw new IllegalArgumentException(
                "%s: %s must hold 32 letters and digits or more; make it with: openssl rand -hex 32"
                        .formatted(setting, file));
    }
}
