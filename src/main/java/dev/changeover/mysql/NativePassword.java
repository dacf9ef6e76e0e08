package dev.changeover.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The method {@code mysql_native_password}: proves the password over a seed without sending it. */
public final class NativePassword {
    public static final String NAME = "mysql_native_password";
    public static final int SEED_LENGTH = 20;

    private NativePassword() {}

    /** SHA1(password) XOR SHA1(seed + SHA1(SHA1(password))); nothing at all for an empty password. */
    public static byte[] scramble(String password, byte[] seed) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        MessageDigest sha1 = sha1();
        byte[] once = sha1.digest(password.getBytes(UTF_8));
        byte[] twice = sha1.digest(once);
        sha1.update(seed);
        byte[] scramble = sha1.digest(twice);
        for (int i = 0; i < scramble.length; i++) {
            scramble[i] ^= once[i];
        }
        return scramble;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }
}
