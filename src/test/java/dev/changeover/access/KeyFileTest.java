package dev.changeover.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.value.WrongSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void is_made_once_and_gives_the_same_keys_from_then_on() {
        var file = directory.resolve("new/secret.key");

        var made = KeyFile.at(file).derive("AES", "a");

        assertThat(KeyFile.at(file).derive("AES", "a")).isEqualTo(made);
        assertThat(KeyFile.at(file).derive("AES", "b")).isNotEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not base64", "", "c2hvcnQ="})
    void a_file_that_is_something_else_is_refused_by_name(String content) throws Exception {
        var file = Files.writeString(directory.resolve("secret.key"), content + "\n");

        assertThatThrownBy(() -> KeyFile.at(file))
                .isInstanceOf(WrongSetting.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("bring back the one that was there");
        assertThat(file).content().isEqualTo(content + "\n");
    }
}
