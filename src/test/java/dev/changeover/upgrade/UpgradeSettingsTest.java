package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpgradeSettingsTest {
    @Test
    void a_node_that_is_looked_at_once_was_not_watched() {
        assertThat(soak(Duration.ofMinutes(1)).watched()).isEqualTo("watched for 60 s");
        assertThat(soak(Duration.ZERO).watched()).isEqualTo("checked once more");
    }

    @ParameterizedTest
    @CsvSource({"PT24H, 24 hours", "PT1H, 1 hour", "PT90M, 90 minutes", "PT25S, 25 seconds", "PT0S, 0 seconds"})
    void the_age_limit_is_said_in_the_largest_unit_that_it_fills(Duration limit, String words) {
        var second = Duration.ofSeconds(1);

        assertThat(new UpgradeSettings(second, limit, second, second, second, 1).ageLimitInWords())
                .isEqualTo(words);
    }

    private static UpgradeSettings soak(Duration soak) {
        return new UpgradeSettings(soak, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, 1);
    }
}
