package dev.changeover.value;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The causes of a failure. */
public final class Causes {
    private Causes() {}

    /** A failure, and its causes. */
    public static Stream<@Nullable Throwable> of(Throwable failure) {
        return Stream.<@Nullable Throwable>iterate(failure, cause -> cause == null ? null : cause.getCause())
                .limit(20); // causes can go in circles
    }

    /** The first of this type among them. */
    public static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        return of(failure).filter(type::isInstance).map(type::cast).findFirst();
    }
}
