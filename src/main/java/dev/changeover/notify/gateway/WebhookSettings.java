package dev.changeover.notify.gateway;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.Base64;
import java.util.List;

/**
 * What receivers of webhooks check signatures with.
 *
 * @param secrets {@code whsec_} and Base64, as Standard Webhooks writes them; two while one takes the other's place; none
 *     where webhooks are not configured: then none is sent, and each delivery says so
 */
@ConfigurationProperties("changeover.webhook")
record WebhookSettings(@Bindable(defaultValue = "") List<String> secrets) {
    private static final String PREFIX = "whsec_";
    private static final int SHORTEST = 24;

    WebhookSettings {
        secrets = secrets.stream().filter(secret -> !secret.isBlank()).toList();
        for (var secret : secrets) {
            if (!secret.startsWith(PREFIX) || key(secret).length < SHORTEST) {
                throw new IllegalArgumentException(
                        "CHANGEOVER_WEBHOOK_SECRETS has one that is not whsec_ and at least 24 bytes in Base64");
            }
        }
    }

    List<byte[]> keys() {
        return secrets.stream().map(WebhookSettings::key).toList();
    }

    private static byte[] key(String secret) {
        try {
            return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
        } catch (IllegalArgumentException noBase64) {
            return new byte[0];
        }
    }

    /** How many, not which. */
    @Override
    public String toString() {
        return "WebhookSettings[%d secrets]".formatted(secrets.size());
    }
}
