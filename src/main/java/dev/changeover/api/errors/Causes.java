package dev.changeover.api.errors;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The causes of a failure. */
final class Causes {
    private Causes() {}

    /** The first of this type among a failure and its causes. */
    static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        return Stream.<@Nullable Throwable>iterate(failure, cause -> cause == null ? null : cause.getCause())
                .limit(20) // causes can go in circles
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}
