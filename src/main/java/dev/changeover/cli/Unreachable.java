package dev.changeover.cli;

import org.jspecify.annotations.Nullable;

/** No answer, or none that a server of ours would give. */
final class Unreachable extends RuntimeException {
    Unreachable(String sentence, @Nullable Throwable cause) {
        super(sentence, cause, false, false);
    }

    String line() {
        return String.valueOf(getMessage());
    }
}
