package dev.changeover.value;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The causes of a failure. */
public final class Causes {
    private Causes() {}

    /** A failure, and its causes; nothing for null. */
    public static Stream<Throwable> of(@Nullable Throwable failure) {
        return Stream.iterate(Optional.ofNullable(failure), Optional::isPresent, it -> it.map(Throwable::getCause))
                .flatMap(Optional::stream)
                .limit(20); // causes can go in circles
    }

    /** The first of this type among them. */
    public static <T extends Throwable> Optional<T> find(@Nullable Throwable failure, Class<T> type) {
        return of(failure).filter(type::isInstance).map(type::cast).findFirst();
    }
}
