package dev.changeover.node.driver;

import java.io.IOException;

/** A generation that should have answered did not: it has ended, or it does not say. Worth another attempt. */
public final class NoAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoAnswerException(String message) {
        super(message);
    }
}
