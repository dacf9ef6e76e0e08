package dev.changeover.access;

/** The file of the key is none; says which and what it should be in one sentence. */
public final class WrongKeyFile extends RuntimeException {
    WrongKeyFile(String sentence) {
        super(sentence);
    }
}
