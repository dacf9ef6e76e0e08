package dev.changeover.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a person types, or a program in their place. */
interface Keyboard {

    /** A person's answer; empty if there is no terminal. */
    Optional<String> answer(String question);

    /** The same, not shown while it is typed. */
    Optional<String> secret(String question);

    /** The next line of standard input; empty after the last one. */
    Optional<String> line();

    static Keyboard ofThisProcess() {
        return new OfThisProcess();
    }

    /** The terminal and standard input of this process. */
    final class OfThisProcess implements Keyboard {
        private @Nullable BufferedReader input;

        @Override
        public Optional<String> answer(String question) {
            return ask(console -> console.readLine("%s", question));
        }

        @Override
        public Optional<String> secret(String question) {
            return ask(console -> {
                var typed = console.readPassword("%s", question);
                return typed == null ? null : new String(typed);
            });
        }

        @Override
        public Optional<String> line() {
            var reader = input == null
                    ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                    : input;
            input = reader; // it may have read more than one line
            try {
                return Optional.ofNullable(reader.readLine());
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        private static Optional<String> ask(Function<Console, @Nullable String> question) {
            var console = System.console();
            return console != null && console.isTerminal()
                    ? Optional.ofNullable(question.apply(console))
                    : Optional.empty();
        }
    }
}
