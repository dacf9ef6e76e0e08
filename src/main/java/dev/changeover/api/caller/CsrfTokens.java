package dev.changeover.api.caller;

import dev.changeover.access.KeyFile;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A token that our pages can send and other sites' pages cannot know: one for each session of the console, made from
 * the session's id, so that it needs no memory and is the same on every server.
 */
@Singleton
public final class CsrfTokens {
    private final SecretKey key;

    CsrfTokens(KeyFile keyFile) {
        this.key = keyFile.derive("HmacSHA256", "csrf");
    }

    /** The one of this session. For any thread. */
    public String of(String sessionId) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            var code = mac.doFinal(sessionId.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has HmacSHA256", missing);
        }
    }

    /** Takes as long however much of it is right. */
    boolean belongs(@Nullable String given, String sessionId) {
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), of(sessionId).getBytes(StandardCharsets.UTF_8));
    }
}
