package dev.changeover.notify;

import static java.util.stream.Collectors.toMap;

import dev.changeover.contact.Channel;
import dev.changeover.contact.Contact;
import dev.changeover.notify.Delivery.Status;
import dev.changeover.notify.Sender.Result;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries notices to contacts: addresses what is due, makes deliveries of it, and tries them. Any number of servers may
 * do it at once. A process that ends in between leaves rows that the next one goes on with.
 */
@Singleton
public final class Postman {
    private static final Logger LOG = LoggerFactory.getLogger(Postman.class);

    /** Connections at once. */
    private static final int AT_ONCE = 8;

    private final Outbox outbox;
    private final Deliveries deliveries;
    private final Map<Channel, Sender> senders;
    private final Clock clock;

    Postman(Outbox outbox, Deliveries deliveries, List<Sender> senders, Clock clock) {
        this.outbox = outbox;
        this.deliveries = deliveries;
        this.senders = senders.stream().collect(toMap(Sender::channel, sender -> sender));
        this.clock = clock;
    }

    /** Does all that can be done now; call it every few seconds. */
    public void work() {
        var now = clock.instant();
        while (outbox.address(now)) {}
        while (deliveries.assemble(now)) {}
        for (var due = deliveries.due(now, AT_ONCE); !due.isEmpty(); due = deliveries.due(clock.instant(), AT_ONCE)) {
            var some = due;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                some.forEach(id -> threads.execute(() -> deliver(id)));
            }
        }
    }

    private void deliver(String id) {
        deliveries.claim(id, clock.instant()).ifPresent(attempt -> {
            var delivery = attempt.delivery();
            var result = send(delivery);
            deliveries.close(attempt, result, clock.instant());
            if (!result.equals(Result.SENT)) {
                LOG.warn("delivery {} by {}: {}", id, delivery.channel(), result);
            }
        });
    }

    /**
     * Sends a test message to every address of a contact, at once and whatever the hour; nothing is stored and nothing
     * tried again.
     *
     * @return how it ended, by channel
     */
    public Map<Channel, Result> test(Contact contact) {
        var results = new EnumMap<Channel, Result>(Channel.class);
        contact.addresses()
                .forEach((channel, address) -> results.put(
                        channel,
                        send(new Delivery(
                                UUID.randomUUID().toString(),
                                channel,
                                address,
                                contact.name(),
                                contact.zone(),
                                List.of()))));
        return results;
    }

    private Result send(Delivery delivery) {
        var sender = senders.get(delivery.channel());
        return sender == null
                ? new Result.Final(Status.OFF, "there is no way to send by " + delivery.channel())
                : sender.send(delivery);
    }
}
