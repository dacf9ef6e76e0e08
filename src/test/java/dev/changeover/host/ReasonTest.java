package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTest {

    static Stream<Throwable> failures() {
        return Stream.of(
                new IOException(),
                new IOException((String) null, new IllegalStateException()),
                new NullPointerException("Cannot invoke \"java.lang.String.length()\" because it is null"),
                new IllegalStateException(new IOException("")),
                new OutOfMemoryError(),
                new StackOverflowError(),
                new DirectoryNotEmptyException("/x"),
                new NoSuchFileException("/x"),
                new UncheckedIOException(new AccessDeniedException("/x")));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void is_never_null_and_never_the_name_of_a_class(Throwable failure) {
        assertThat(Reason.of(failure)).isNotBlank().doesNotContain("null", "Exception", "Error", "java.");
    }

    @Test
    void names_the_file_and_what_is_wrong_with_it() {
        assertThat(Reason.of(new AccessDeniedException("/x"))).isEqualTo("this user may not use /x");
        assertThat(Reason.of(new UncheckedIOException(new NoSuchFileException("/x"))))
                .isEqualTo("there is no /x");
    }
}
