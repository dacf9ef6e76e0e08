package dev.changeover.access;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How long people stay in.
 *
 * @param tokenLifetime of what a log-in gives, token or session of the console
 */
@ConfigurationProperties("changeover.access")
public record AccessSettings(@Bindable(defaultValue = "12h") Duration tokenLifetime) {
    public AccessSettings {
        if (!tokenLifetime.isPositive()) {
            throw new IllegalArgumentException(
                    "CHANGEOVER_ACCESS_TOKEN_LIFETIME is %s, and must be more than 0s".formatted(tokenLifetime));
        }
    }
}
