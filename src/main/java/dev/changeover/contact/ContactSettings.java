package dev.changeover.contact;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/** @param privateWebhooks whether a webhook may be at an address that is not on the Internet: the server's own network */
@ConfigurationProperties("changeover.contact")
public record ContactSettings(
        @Bindable(defaultValue = "false") boolean privateWebhooks) {}
