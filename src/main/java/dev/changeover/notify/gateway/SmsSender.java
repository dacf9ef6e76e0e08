package dev.changeover.notify.gateway;

import dev.changeover.contact.Channel;
import dev.changeover.notify.Delivery;
import dev.changeover.notify.Letters;
import dev.changeover.notify.Sender;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends by Twilio's Messages interface. It has no id by which a repetition is known: without a clear answer the SMS may
 * have been sent.
 */
@Singleton
final class SmsSender implements Sender {
    private static final Logger LOG = LoggerFactory.getLogger(SmsSender.class);
    private static final String UNSET = "no SMS gateway is configured: CHANGEOVER_SMS_ACCOUNT and CHANGEOVER_SMS_TOKEN";

    /** Twilio's words for a number that is none, is no mobile phone, cannot be reached or has said stop. */
    private static final Set<String> NO_SUCH_NUMBER = Set.of("21211", "21214", "21217", "21610", "21612", "21614");

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final SmsSettings settings;
    private final Letters letters;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    SmsSender(SmsSettings settings, Letters letters) {
        this.settings = settings;
        this.letters = letters;
        if (settings.account() == null) {
            LOG.warn("contacts get no SMS: {}", UNSET);
        }
    }

    @Override
    public Channel channel() {
        return Channel.SMS;
    }

    @Override
    public Result send(Delivery delivery) {
        if (settings.account() == null) {
            return Result.off(UNSET);
        }
        try {
            return result(http.send(request(delivery), BodyHandlers.ofString()));
        } catch (ConnectException | HttpConnectTimeoutException notReached) {
            return Result.away("the SMS gateway cannot be reached: " + notReached.getMessage());
        } catch (IOException unclear) {
            return new Result.Maybe("no answer of the SMS gateway: " + unclear.getMessage());
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return new Result.Maybe("interrupted");
        }
    }

    private HttpRequest request(Delivery delivery) {
        var form = Map.of(
                        "To", delivery.address(),
                        "From", settings.from(),
                        "Body", SmsText.of(letters.of(delivery)))
                .entrySet()
                .stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var password = settings.account() + ":" + settings.token();
        return HttpRequest.newBuilder(URI.create("%s/2010-04-01/Accounts/%s/Messages.json"
                        .formatted(settings.url().toString().replaceAll("/$", ""), settings.account())))
                .timeout(TIMEOUT)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
    }

    private static Result result(HttpResponse<String> answer) {
        var status = answer.statusCode();
        var words = "the SMS gateway answers %d %s".formatted(status, Answers.shortened(answer.body()));
        if (status / 100 == 2) {
            return Result.SENT;
        }
        // 401 is a wrong setting of ours, which somebody will put right.
        if (status == 429 || status == 401) {
            return Result.away(words);
        }
        if (status / 100 == 4) {
            return NO_SUCH_NUMBER.stream()
                            .anyMatch(code -> answer.body().matches("(?s).*\"code\"\\s*:\\s*" + code + "\\b.*"))
                    ? Result.bounced(words)
                    : Result.refused(words);
        }
        return new Result.Maybe(words);
    }
}
