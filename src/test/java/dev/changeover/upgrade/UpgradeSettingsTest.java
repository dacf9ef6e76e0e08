package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UpgradeSettingsTest {
    @Test
    void a_node_that_is_looked_at_once_was_not_watched() {
        assertThat(soak(Duration.ofMinutes(1)).watched()).isEqualTo("watched for 60 s");
        assertThat(soak(Duration.ZERO).watched()).isEqualTo("checked once more");
    }

    private static UpgradeSettings soak(Duration soak) {
        return new UpgradeSettings(soak, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, 1);
    }
}
