package dev.changeover.server;

import org.jspecify.annotations.Nullable;

/** A setting cannot be used. The message is for the user: its name, its value, and what is allowed. */
final class WrongSetting extends RuntimeException {
    WrongSetting(@Nullable String message) {
        super(message);
    }
}
