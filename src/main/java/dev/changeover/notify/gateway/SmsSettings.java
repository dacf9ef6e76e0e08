package dev.changeover.notify.gateway;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The gateway that sends SMS: Twilio, or one with its Messages interface.
 *
 * @param account null where none is configured: then no SMS is sent, and each delivery says so
 * @param token the account's password there
 * @param from the sender's number or name
 */
@ConfigurationProperties("changeover.sms")
record SmsSettings(
        @Bindable(defaultValue = "https://api.twilio.com") URI url,
        @Nullable String account,
        @Nullable String token,
        @Bindable(defaultValue = "Changeover") String from) {

    SmsSettings {
        if (account != null && token == null) {
            throw new IllegalArgumentException("CHANGEOVER_SMS_ACCOUNT is given without CHANGEOVER_SMS_TOKEN");
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "SmsSettings[%s %s from %s]".formatted(url, account, from);
    }
}
