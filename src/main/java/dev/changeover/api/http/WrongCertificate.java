package dev.changeover.api.http;

/** The server's certificate or its key cannot be used; says which and why in one sentence. */
public final class WrongCertificate extends RuntimeException {
    WrongCertificate(String sentence) {
        super(sentence);
    }
}
