package dev.changeover.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 in lower-case hexadecimal digits. */
public final class Sha256 {
    private static final Pattern WRITTEN = Pattern.compile("[0-9a-fA-F]{64}");

    private Sha256() {}

    /** Whether this is one, in digits of either case. */
    public static boolean isOne(String text) {
        return WRITTEN.matcher(text).matches();
    }

    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /** Reads the whole file: packages are a few megabytes. */
    public static String of(Path file) throws IOException {
        return of(Files.readAllBytes(file));
    }

    /** For content that comes in parts, or another notation. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every Java platform has SHA-256", missing);
        }
    }
}
