package dev.changeover.notify.gateway;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.contact.Channel;
import dev.changeover.notify.Delivery;
import dev.changeover.notify.Letter;
import dev.changeover.notify.Letters;
import dev.changeover.notify.Sender;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.http.client.exceptions.HttpClientException;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends by Standard Webhooks: signed with each secret, under the delivery's id in every attempt. The body has a
 * {@code text}, which receivers like Slack's show as it is.
 */
@Singleton
final class WebhookSender implements Sender {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
    private static final String UNSET = "no secret for webhooks is configured: CHANGEOVER_WEBHOOK_SECRETS";

    private final WebhookSettings settings;
    private final HttpClient http;
    private final Letters letters;
    private final ObjectMapper json;
    private final Clock clock;

    WebhookSender(
            WebhookSettings settings,
            @Client(configuration = WebhookClient.class) HttpClient http,
            Letters letters,
            ObjectMapper json,
            Clock clock) {
        this.settings = settings;
        this.http = http;
        this.letters = letters;
        this.json = json;
        this.clock = clock;
        if (settings.secrets().isEmpty()) {
            LOG.warn("contacts get no webhook: {}", UNSET);
        }
    }

    @Override
    public Channel channel() {
        return Channel.WEBHOOK;
    }

    @Override
    public Result send(Delivery delivery) {
        if (settings.secrets().isEmpty()) {
            return Result.off(UNSET);
        }
        var body = body(letters.of(delivery));
        var second = Long.toString(clock.instant().getEpochSecond());
        var request = HttpRequest.POST(delivery.address(), body)
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header("webhook-id", delivery.id())
                .header("webhook-timestamp", second)
                .header("webhook-signature", signatures("%s.%s.%s".formatted(delivery.id(), second, body)));
        try {
            return result(http.toBlocking().exchange(request, String.class).code());
        } catch (HttpClientResponseException answer) {
            return result(answer.code());
        } catch (HttpClientException notReached) {
            return new Result.Later(Answers.shortened(String.valueOf(notReached.getMessage())), false);
        }
    }

    private static Result result(int status) {
        if (status / 100 == 2) {
            return Result.SENT;
        }
        var words = "the receiver answers %d".formatted(status);
        if (status == 404 || status == 410) {
            return Result.bounced(words);
        }
        var final4 = status / 100 == 4 && status != 408 && status != 425 && status != 429;
        return final4 || status / 100 == 3 ? Result.refused(words) : new Result.Later(words, false);
    }

    private String body(Letter letter) {
        var text = letter.subject()
                + letter.items().stream().map(item -> "\n" + line(item)).collect(joining());
        var body = new LinkedHashMap<String, Object>();
        // In Slack's text these three begin links and mentions.
        body.put("text", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        body.put("type", "upgrade.notice");
        body.put("notices", letter.items().stream().map(WebhookSender::notice).toList());
        try {
            return json.writeValueAsString(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String line(Letter.Item item) {
        var why = item.newest().reason().isEmpty() ? "" : ": " + item.newest().reason();
        return "%s %s%s %s".formatted(item.title(), item.newest().kind().words(), why, item.details());
    }

    private static Map<String, Object> notice(Letter.Item item) {
        var newest = item.newest();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("kind", newest.kind().name());
        fields.put("level", newest.level().name());
        fields.put("project_id", newest.projectId());
        fields.put("instance_id", newest.instanceId());
        fields.put("proxy_id", newest.proxyId());
        fields.put("proxy_name", item.proxy());
        fields.put("job_id", newest.jobId());
        fields.put("event_id", newest.memberId());
        fields.put("source_version", newest.source().toString());
        fields.put("target_version", newest.target().toString());
        fields.put("planned_at", text(newest.plannedAt()));
        fields.put("latest_at", text(newest.latestAt()));
        fields.put("reason", newest.reason());
        fields.put("at", newest.at().toString());
        fields.put("details", item.details().toString());
        return fields;
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }

    private String signatures(String signed) {
        return settings.keys().stream().map(key -> signature(key, signed)).collect(joining(" "));
    }

    private static String signature(byte[] key, String signed) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
