package dev.changeover.notify;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * @param collect how long a notice waits for others to the same address, which are then one digest; not one of a held
 *     upgrade
 * @param reminders how long before the planned time a contact is reminded, as far as time allows
 * @param consoleUrl where owners open the console; links in notices begin with it
 */
@ConfigurationProperties("changeover.notify")
public record NotifySettings(
        @Bindable(defaultValue = "1m") Duration collect,
        @Bindable(defaultValue = "7d,72h,24h") List<Duration> reminders,
        @Bindable(defaultValue = "http://127.0.0.1:8080") URI consoleUrl) {

    public NotifySettings {
        reminders = List.copyOf(reminders);
        if (collect.isNegative()) {
            throw new IllegalArgumentException(
                    "CHANGEOVER_NOTIFY_COLLECT is %s, and must be 0s or more".formatted(collect));
        }
        if (!consoleUrl.isAbsolute() || consoleUrl.getHost() == null) {
            throw new IllegalArgumentException(
                    "CHANGEOVER_NOTIFY_CONSOLE_URL is '%s', and must be an address such as https://changeover.example.com"
                            .formatted(consoleUrl));
        }
    }
}
