package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailCatcherTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void pages_of_an_earlier_time_go_and_those_of_somebody_else_stay() throws IOException {
        var mails = Files.createDirectories(directory.resolve("mails"));
        Files.writeString(mails.resolve("01-notes.html"), "mine");
        try (var earlier = new MailCatcher(mails)) {
            var smtp = new ServerSetup(earlier.port(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
            GreenMailUtil.sendTextEmail("shop@example.com", "us@example.com", "a \u2192 b", "words", smtp);
            assertThat(earlier.fresh()).hasSize(1);
            assertThat(mails.resolve("01-shop.html")).exists();
        }

        new MailCatcher(mails).close();

        assertThat(mails.resolve("01-shop.html")).doesNotExist();
        assertThat(mails.resolve("01-notes.html")).hasContent("mine");
    }
}
