package dev.changeover.value;

import org.jspecify.annotations.Nullable;

/** A setting, or a file that it names, cannot be used. The message is one sentence for operators: which, why, what is needed. */
public final class WrongSetting extends RuntimeException {
    public WrongSetting(@Nullable String sentence) {
        super(sentence);
    }
}
