package dev.changeover.access;

import dev.changeover.host.PrivateFile;
import dev.changeover.value.WrongSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one secret of an installation, from which all its keys are derived. It is made at the first start, for this
 * user's eyes only. Servers that share a database need the same file; where it is lost, access keys have to be made
 * anew.
 */
public final class KeyFile {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
    private static final int BYTES = 32;
    private static final String REMEDY =
            "bring back the one that was there, or without it all access keys have to be made anew";

    private final Path file;
    private final byte[] secret;

    private KeyFile(Path file, byte[] secret) {
        this.file = file;
        this.secret = secret;
    }

    /**
     * Reads the file, or makes it.
     *
     * @throws WrongSetting if it holds something else
     * @throws UncheckedIOException if it cannot be read, nor made where there is none
     */
    public static KeyFile at(Path file) {
        try {
            if (Files.notExists(file)) {
                make(file);
            }
            warnOfOthers(file);
            var secret = Base64.getDecoder().decode(Files.readString(file).strip());
            if (secret.length != BYTES) {
                throw new WrongSetting(
                        "the key file %s has %d bytes instead of %d; %s".formatted(file, secret.length, BYTES, REMEDY));
            }
            return new KeyFile(file, secret);
        } catch (IOException failure) {
            throw new UncheckedIOException("the key file %s cannot be read or made".formatted(file), failure);
        } catch (IllegalArgumentException notBase64) {
            throw new WrongSetting(
                    "%s is no key file: Base64 of %d bytes is needed; %s".formatted(file, BYTES, REMEDY));
        }
    }

    /** Access of its group is a decision; access of everybody is a mistake. */
    private static void warnOfOthers(Path file) throws IOException {
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            LOG.warn("every user of this host can read the key file {}: chmod 600 {}", file, file);
        }
    }

    /** Two servers that start at once end with the same file. */
    private static void make(Path file) throws IOException {
        var secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        PrivateFile.writeIfAbsent(file, Base64.getEncoder().encodeToString(secret) + "\n");
    }

    /** A 256-bit key for one purpose; the same for the same purpose. */
    public SecretKey derive(String algorithm, String purpose) {
        try {
            var parameters = HKDFParameterSpec.ofExtract()
                    .addIKM(secret)
                    .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), BYTES);
            return KDF.getInstance("HKDF-SHA256").deriveKey(algorithm, parameters);
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java 25 platform derives keys", missing);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
