package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.temporal.TemporalMode;
import dev.changeover.temporal.TemporalSettings;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.value.WrongSetting;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsCheckTest {
    /** Every text is one of these. */
    private static final Set<Class<?>> TEXTS = Set.of(String.class, Path.class, List.class);

    @ParameterizedTest
    @MethodSource("typed")
    void a_value_that_is_not_of_its_settings_type_stops_the_start(String name) {
        assertThatThrownBy(() -> start(name, "no such thing"))
                .hasRootCauseInstanceOf(WrongSetting.class)
                .rootCause()
                .message()
                .startsWith(variable(name) + " is 'no such thing', and must be ")
                .hasLineCount(1);
    }

    static Stream<String> typed() {
        var typed = new TreeMap<String, Class<?>>();
        try (var context = ApplicationContext.run(
                Map.of(
                        "changeover.identity-provider.jwks-url",
                        "https://x",
                        "changeover.identity-provider.issuer",
                        "x"),
                "api")) {
            context.getAllBeanDefinitions().stream()
                    .flatMap(bean -> Arrays.stream(bean.getConstructor().getArguments()))
                    .filter(argument -> !TEXTS.contains(argument.getType()))
                    .forEach(argument -> argument.getAnnotationMetadata()
                            .stringValue(Property.class, "name")
                            .filter(name -> name.startsWith("changeover."))
                            .ifPresent(name -> typed.put(name, argument.getType())));
        }
        assertThat(typed.values()).contains(int.class, boolean.class, Duration.class, TemporalMode.class);
        assertThat(typed).hasSizeGreaterThan(15);
        return typed.keySet().stream();
    }

    @ParameterizedTest
    @CsvSource({
        "changeover.port, 70000, CHANGEOVER_PORT is 70000",
        "changeover.temporal.ui-port, -1, CHANGEOVER_TEMPORAL_UI_PORT is -1",
        "changeover.upgrade.pace, 0s, CHANGEOVER_UPGRADE_PACE is PT0S",
        "changeover.upgrade.soak, -1s, CHANGEOVER_UPGRADE_SOAK is PT-1S",
        "changeover.http.connections, 0, CHANGEOVER_HTTP_CONNECTIONS is 0",
        "changeover.http.idle, 0s, CHANGEOVER_HTTP_IDLE is PT0S",
        "changeover.log-format, yaml, CHANGEOVER_LOG_FORMAT is yaml",
        "changeover.access.token-lifetime, 0s, CHANGEOVER_ACCESS_TOKEN_LIFETIME is PT0S",
        "changeover.identity-provider.jwks-url, https://x, CHANGEOVER_IDENTITY_PROVIDER_ISSUER is not set"
    })
    void a_value_outside_its_settings_range_stops_the_start(String name, String value, String sentence) {
        assertThatThrownBy(() -> start(name, value))
                .hasRootCauseInstanceOf(WrongSetting.class)
                .rootCause()
                .message()
                .startsWith(sentence + ", and must be ");
    }

    @Test
    void the_words_of_a_mode_are_named() {
        assertThatThrownBy(() -> start("changeover.temporal.mode", "foo"))
                .rootCause()
                .hasMessage(
                        "CHANGEOVER_TEMPORAL_MODE is 'foo', and must be one of external, dev-server, in-process, auto");
    }

    @Test
    void what_is_allowed_is_taken_and_nothing_is_the_default() {
        var given = Map.<String, Object>of(
                "changeover.temporal.mode", "in-process",
                "changeover.recover", "yes",
                "changeover.upgrade.soak", "1500ms",
                "changeover.upgrade.age-limit", "7d",
                "changeover.upgrade.pace", "",
                "changeover.port", " ");
        try (var context = ApplicationContext.run(given, "api")) {
            var upgrade = context.getBean(UpgradeSettings.class);
            assertThat(upgrade.soak()).isEqualTo(Duration.ofMillis(1500));
            assertThat(upgrade.ageLimit()).isEqualTo(Duration.ofDays(7));
            assertThat(upgrade.pace()).isEqualTo(UpgradeSettings.DEFAULT.pace());
            assertThat(context.getBean(ServerSettings.class).recover()).isTrue();
            assertThat(context.getBean(ServerSettings.class).port()).isEqualTo(8080);
            assertThat(context.getBean(TemporalSettings.class).mode()).isEqualTo(TemporalMode.IN_PROCESS);
        }
    }

    private static void start(String name, String value) {
        ApplicationContext.run(Map.of(name, value), "api").close();
    }

    private static String variable(String name) {
        return name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }
}
