package dev.changeover.access;

import com.password4j.Password;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/**
 * The rules for a password, and how it is stored: as Argon2 makes it, with the parameters of {@code psw4j.properties}.
 */
final class Passwords {
    /** In characters. Length is what helps; rules about kinds of characters do not. */
    private static final int SHORTEST = 12;

    /** In bytes of UTF-8. */
    private static final int LONGEST = 256;

    /**
     * The hash that a password is compared with if there is none, so that a name cannot be guessed by the time it
     * takes.
     */
    static final String NOBODY = hashed("nobody");

    private Passwords() {}

    /** @throws IllegalArgumentException naming what is wrong with the password */
    static String hash(String name, String password) {
        if (password.codePointCount(0, password.length()) < SHORTEST || isTooLong(password)) {
            throw new IllegalArgumentException(
                    "password: %d to %d characters are needed, those that are not of ASCII count for more"
                            .formatted(SHORTEST, LONGEST));
        }
        if (password.equalsIgnoreCase(name)) {
            throw new IllegalArgumentException("password: it must not be the account's own name");
        }
        return hashed(password);
    }

    /** Takes as long where there is no hash. */
    static boolean isRight(String password, Optional<String> hash) {
        if (isTooLong(password)) {
            return false; // nobody's
        }
        return Password.check(composed(password), hash.orElse(NOBODY)).withArgon2() && hash.isPresent();
    }

    private static boolean isTooLong(String password) {
        return password.length() > LONGEST || password.getBytes(StandardCharsets.UTF_8).length > LONGEST;
    }

    private static String hashed(String password) {
        return Password.hash(composed(password)).addRandomSalt().withArgon2().getResult();
    }

    /** Keyboards differ in how they send an accented letter. */
    private static String composed(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFC);
    }
}
