package dev.changeover.temporal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority of its own and what it certifies, made by the JDK's {@code keytool}; as files in PEM, as an operator has
 * them.
 */
public final class Certificates {
    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path store;

    private Certificates(Path directory) {
        this.directory = directory;
        this.store = directory.resolve("authority.p12");
    }

    /** With an authority called {@code ca}. */
    public static Certificates in(Path directory) {
        var certificates = new Certificates(directory);
        certificates.keytool("-alias", "ca", "-dname", "CN=test authority", "-ext", "bc:critical=ca:true");
        return certificates;
    }

    /** Certifies somebody as 127.0.0.1. */
    public Certificates certify(String name) {
        keytool(
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-signer",
                "ca",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-ext",
                "eku=serverAuth,clientAuth");
        return this;
    }

    /** The certificate; of all but the authority with the authority's behind it. */
    public Path certificate(String name) {
        try {
            var pem = new StringBuilder();
            for (var certificate : store().getCertificateChain(name)) {
                pem.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            return Files.writeString(directory.resolve(name + ".crt"), pem);
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public Path key(String name) {
        try {
            var key = store().getKey(name, PASSWORD.toCharArray());
            return Files.writeString(directory.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** All of it, with the password {@link #password}. */
    public KeyStore store() {
        try {
            return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public char[] password() {
        return PASSWORD.toCharArray();
    }

    private static String pem(String what, byte[] content) {
        var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, lines.encodeToString(content), what);
    }

    private void keytool(String... words) {
        var program = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = new ArrayList<>(List.of(program, "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-validity", "2", "-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(words));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
