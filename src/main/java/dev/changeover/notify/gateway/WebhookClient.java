package dev.changeover.notify.gateway;

import io.micronaut.http.client.DefaultHttpClientConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The client for addresses that contacts gave: it connects to none but public ones, and follows nobody elsewhere. */
@Singleton
final class WebhookClient extends DefaultHttpClientConfiguration {
    WebhookClient() {
        setFollowRedirects(false);
        setConnectTimeout(Duration.ofSeconds(10));
        setReadTimeout(Duration.ofSeconds(30));
        setMaxContentLength(1 << 16);
        setAddressResolverGroupName(PublicResolver.NAME);
    }
}
