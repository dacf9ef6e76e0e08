package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.changeover.telemetry.LogSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogPatternTest {
    private static final Pattern DEMO = Pattern.compile("<pattern>(.*)</pattern>");

    @ParameterizedTest
    @MethodSource("patterns")
    void a_password_in_the_address_of_a_database_is_masked_in_messages_and_failures(String pattern) {
        var failure =
                new IllegalStateException("no driver for jdbc:postgresql://db/x?user=u&password=pa55-one&ssl=true");

        var line = layout(pattern, "trying jdbc:h2:mem:x;PASSWORD=pa55-two;MODE=PostgreSQL", failure);

        assertThat(line)
                .contains("password=***&ssl=true", "PASSWORD=***;MODE=PostgreSQL", "IllegalStateException")
                .doesNotContain("pa55")
                .containsOnlyOnce("no driver");
    }

    private static Stream<String> patterns() throws IOException {
        var demo = DEMO.matcher(Files.readString(Path.of("src/main/resources/logback-demo.xml")));
        assertThat(demo.find()).isTrue();
        return Stream.of(LogSetup.PATTERN, demo.group(1).replace("&amp;", "&"));
    }

    private static String layout(String pattern, String message, Throwable failure) {
        var context = new LoggerContext();
        var layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(pattern);
        layout.start();
        return layout.doLayout(
                new LoggingEvent("", context.getLogger("a.b.C"), Level.WARN, message, failure, new Object[0]));
    }
}
