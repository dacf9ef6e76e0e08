package dev.changeover.haproxy.runtime;

import java.io.IOException;

/** A HAProxy process that should have answered did not: it has ended, or it does not say. Worth another attempt. */
public final class UnansweredException extends IOException {

    public UnansweredException(String message) {
        super(message);
    }
}
