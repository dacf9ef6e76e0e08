package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormerCommandTest {

    @Test
    void words_that_counted_once_are_not_repeated() {
        var words = List.of("haproxy -C etc -W -f a.cfg -x /old.sock -sf 12 13 -f b.cfg".split(" "));

        assertThat(FormerCommand.firstWords(words)).containsExactly("haproxy", "-W", "-f", "a.cfg", "-f", "b.cfg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/hapr", "/etc/haproxy\0\0haproxy\0-f", "\0\0"})
    void what_was_damaged_is_said_and_nothing_is_started(String left, @TempDir Path run) throws Exception {
        Files.writeString(run.resolve("adopted-from"), left);

        assertThatThrownBy(() -> FormerCommand.noted(run))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was damaged, so nobody knows how HAProxy was started");
    }
}
