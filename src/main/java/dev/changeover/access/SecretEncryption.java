package dev.changeover.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts short texts that have to be read again, with AES-GCM and a fresh nonce each time. A sealed text is bound to a
 * name: it cannot be opened under another one. Safe for concurrent use.
 */
final class SecretEncryption {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    SecretEncryption(SecretKey key) {
        this.key = key;
    }

    /** It was sealed under another name or with another key, or somebody changed it. */
    static final class Broken extends IllegalStateException {
        Broken(GeneralSecurityException cause) {
            super("sealed under another name or with another key", cause);
        }
    }

    /** Base64 of nonce, encrypted text and tag: about 40 characters more than the text, and a third. */
    String seal(String text, String name) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(text.getBytes(StandardCharsets.UTF_8));
            var sealed = ByteBuffer.allocate(NONCE_BYTES + encrypted.length)
                    .put(nonce)
                    .put(encrypted);
            return Base64.getEncoder().encodeToString(sealed.array());
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has AES-GCM", missing);
        }
    }

    /** @throws Broken if it was not sealed with this key under this name */
    String open(String sealed, String name) {
        var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(sealed));
        var nonce = new byte[NONCE_BYTES];
        bytes.get(nonce);
        var encrypted = new byte[bytes.remaining()];
        bytes.get(encrypted);
        try {
            return new String(cipher(Cipher.DECRYPT_MODE, nonce, name).doFinal(encrypted), StandardCharsets.UTF_8);
        } catch (AEADBadTagException broken) {
            throw new Broken(broken);
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has AES-GCM", missing);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
