package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPatternTest {
    private static final Pattern PATTERN = Pattern.compile("<pattern>(.*)</pattern>");

    @ParameterizedTest
    @ValueSource(strings = {"logback.xml", "logback-demo.xml"})
    void a_password_in_the_address_of_a_database_is_masked_in_messages_and_failures(String file) throws Exception {
        var failure =
                new IllegalStateException("no driver for jdbc:postgresql://db/x?user=u&password=pa55-one&ssl=true");

        var line = layout(file, "trying jdbc:h2:mem:x;PASSWORD=pa55-two;MODE=PostgreSQL", failure);

        assertThat(line)
                .contains("password=***&ssl=true", "PASSWORD=***;MODE=PostgreSQL", "IllegalStateException")
                .doesNotContain("pa55")
                .containsOnlyOnce("no driver");
    }

    private static String layout(String file, String message, Throwable failure) throws Exception {
        var pattern = PATTERN.matcher(Files.readString(Path.of("src/main/resources", file)));
        assertThat(pattern.find()).isTrue();
        var context = new LoggerContext();
        var layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(pattern.group(1).replace("&amp;", "&"));
        layout.start();
        return layout.doLayout(
                new LoggingEvent("", context.getLogger("a.b.C"), Level.WARN, message, failure, new Object[0]));
    }
}
