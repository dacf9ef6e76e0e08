package dev.changeover.api.http;

import dev.changeover.value.WrongSetting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A certificate and its private key in files of their own.
 *
 * @param certificate PEM: the server's own first, then those between it and the authority that clients know
 * @param key PEM, PKCS #8, not encrypted
 */
record ServerCertificate(Path certificate, Path key) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** The content of the files. */
    record Loaded(KeyStore store, List<Certificate> chain) {
        /** The whole chain: where only one in the middle was missing, clients wait for just that. */
        boolean sameAs(Loaded other) {
            return chain.equals(other.chain);
        }
    }

    /** @throws WrongSetting if a file is missing, is something else, or the two do not belong together */
    Loaded load() {
        var chain = chain(read(certificate));
        var first = chain[0].getPublicKey();
        var privateKey = privateKey(read(key), first.getAlgorithm());
        if (!belongTogether(first, privateKey)) {
            throw new WrongSetting("the key %s is not that of the certificate %s".formatted(key, certificate));
        }
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", privateKey, null, chain);
            return new Loaded(store, List.of(chain));
        } catch (GeneralSecurityException | IOException impossible) {
            throw new AssertionError("every Java platform has key stores in memory", impossible);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new WrongSetting("%s cannot be read: %s"
                    .formatted(file, Files.exists(file) ? unreadable.getMessage() : "there is no such file"));
        }
    }

    private Certificate[] chain(String pem) {
        try {
            var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1));
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
            if (!chain.isEmpty()) {
                return chain.toArray(Certificate[]::new);
            }
        } catch (CertificateException broken) {
            throw new WrongSetting("%s has no certificate in PEM: %s".formatted(certificate, broken.getMessage()));
        }
        throw new WrongSetting("%s has no certificate in PEM".formatted(certificate));
    }

    private PrivateKey privateKey(String pem, String algorithm) {
        var found = KEY.matcher(pem);
        if (!found.find()) {
            throw new WrongSetting(
                    "%s has no key that begins with BEGIN PRIVATE KEY: openssl pkcs8 -topk8 -nocrypt -in %s makes one"
                            .formatted(key, key.getFileName()));
        }
        try {
            var encoded = Base64.getMimeDecoder().decode(found.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException other) {
            // The parser's message could tell about the key.
            throw new WrongSetting("the key %s is not that of the certificate %s".formatted(key, certificate));
        }
    }

    /** A signature by the one verifies with the other. */
    private static boolean belongTogether(PublicKey open, PrivateKey secret) {
        var algorithm = switch (open.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> open.getAlgorithm();
        };
        var message = new byte[32];
        new SecureRandom().nextBytes(message);
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(secret);
            signature.update(message);
            var signed = signature.sign();
            signature.initVerify(open);
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException other) {
            return false;
        }
    }
}
