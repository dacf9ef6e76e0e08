package dev.changeover.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.contact.Channel;
import dev.changeover.notify.Sender.Result;
import dev.changeover.telemetry.LogLines;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeliveryLogTest {
    private static final String AWAY = "the mail server cannot be reached";

    private final DeliveryLog log = new DeliveryLog();

    @Test
    void what_is_the_same_for_all_is_told_once_with_how_many_until_it_changes_or_is_over() {
        assertThat(round(10_000, Result.away(AWAY))).containsExactly(line("10000 deliveries by e-mail were", AWAY));
        assertThat(round(3, Result.away(AWAY))).isEmpty();
        assertThat(round(1, Result.away("535 wrong password")))
                .containsExactly(line("1 delivery by e-mail was", "535 wrong password"));
        assertThat(round(0, Result.SENT)).isEmpty();
        assertThat(round(2, Result.SENT)).containsExactly("deliveries by e-mail are sent again");
        assertThat(round(2, Result.SENT)).isEmpty();
        assertThat(round(2, Result.away(AWAY))).containsExactly(line("2 deliveries by e-mail were", AWAY));
    }

    @Test
    void a_failure_beside_a_success_is_told_each_time() {
        for (int round = 0; round < 2; round++) {
            log.add("1", Channel.EMAIL, Result.SENT);
            assertThat(round(1, Result.away("broken off"))).startsWith(line("1 delivery by e-mail was", "broken off"));
        }
    }

    @Test
    void a_receivers_own_failure_is_a_sentence_of_its_own() {
        assertThat(LogLines.of(DeliveryLog.class, () -> {
                    log.add("a", Channel.EMAIL, Result.bounced("550 no such mailbox"));
                    log.add("b", Channel.WEBHOOK, new Result.Later("the receiver answers 503", false));
                    log.add("c", Channel.SMS, new Result.Maybe("no answer of the SMS gateway: timed out"));
                }))
                .containsExactly(
                        "delivery a by e-mail has failed, BOUNCED: 550 no such mailbox",
                        "delivery b by webhook failed and is tried again later: the receiver answers 503",
                        "delivery c by SMS may have been sent: no answer of the SMS gateway: timed out");
    }

    private static String line(String many, String reason) {
        return "%s not sent, which is told again when it changes: %s".formatted(many, reason);
    }

    private List<String> round(int deliveries, Result result) {
        return LogLines.of(DeliveryLog.class, () -> {
            IntStream.range(0, deliveries).forEach(number -> log.add("d" + number, Channel.EMAIL, result));
            log.tell();
        });
    }
}
