package dev.changeover.notify;

import static java.util.stream.Collectors.toMap;

import dev.changeover.contact.Channel;
import dev.changeover.contact.Contact;
import dev.changeover.database.Sql;
import dev.changeover.notify.Deliveries.Attempt;
import dev.changeover.notify.Delivery.Status;
import dev.changeover.notify.Sender.Result;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries notices to contacts: addresses what is due, makes deliveries of it, and tries them. Any number of servers may
 * do it at once. A process that ends in between leaves rows that the next one goes on with.
 */
@Singleton
public final class Postman {
    /** Connections at once. */
    private static final int AT_ONCE = 8;

    /** So long at most each kind of work goes on. After it the log is told, and notices that came meanwhile are addressed. */
    private static final Duration ROUND = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Postman.class);

    private final Outbox outbox;
    private final Digests digests;
    private final Deliveries deliveries;
    private final Map<Channel, Sender> senders;
    private final Clock clock;
    private final DeliveryLog log = new DeliveryLog();

    Postman(Outbox outbox, Digests digests, Deliveries deliveries, List<Sender> senders, Clock clock) {
        this.outbox = outbox;
        this.digests = digests;
        this.deliveries = deliveries;
        this.senders = senders.stream().collect(toMap(Sender::channel, sender -> sender));
        this.clock = clock;
    }

    /** Does all that can be done now, or what some minutes are enough for; call it every few seconds, one at a time. */
    public void work() {
        var now = clock.instant();
        forARound(() -> outbox.address(now));
        forARound(() -> digests.assemble(now));
        var due = deliveries.due(now, AT_ONCE);
        var end = clock.instant().plus(ROUND);
        while (!due.isEmpty() && clock.instant().isBefore(end)) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                due.forEach(id -> threads.execute(() -> deliverOrSay(id)));
            }
            due = deliveries.due(clock.instant(), AT_ONCE);
        }
        log.tell();
    }

    /** What is due while others are addressed by the thousand, like a held node, waits no longer than that. */
    private void forARound(BooleanSupplier isWorkLeft) {
        var end = clock.instant().plus(ROUND);
        while (isWorkLeft.getAsBoolean() && clock.instant().isBefore(end)) {}
    }

    private void deliverOrSay(String id) {
        try {
            deliver(id);
        } catch (RuntimeException brokenOff) {
            LOG.warn("delivery {} broke off, and is tried again", id, brokenOff);
        }
    }

    private void deliver(String id) {
        claim(id).ifPresent(attempt -> {
            var delivery = attempt.delivery();
            var result = send(delivery);
            deliveries.close(attempt, result, clock.instant());
            log.add(id, delivery.channel(), result);
        });
    }

    /** One whose rows cannot be read is tried later, so that it takes no other one's turn. */
    private Optional<Attempt> claim(String id) {
        var now = clock.instant();
        try {
            return deliveries.claim(id, now);
        } catch (RuntimeException unreadable) {
            if (Sql.mayPass(unreadable)) throw unreadable;
            LOG.error("delivery {} cannot be read, and is tried again later", id, unreadable);
            outbox.putOff(id, now);
            return Optional.empty();
        }
    }

    /**
     * Sends a test message to every address of some contacts, at once and whatever the hour; nothing is stored and nothing
     * tried again.
     *
     * @return how it ended, by contact and channel, each for itself
     */
    public Map<Contact, Map<Channel, Result>> test(List<Contact> contacts) {
        var results = new LinkedHashMap<Contact, Map<Channel, Future<Result>>>();
        try (var threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            for (var contact : contacts) {
                var ofContact = results.computeIfAbsent(contact, first -> new EnumMap<>(Channel.class));
                contact.addresses()
                        .forEach((channel, address) -> ofContact.put(
                                channel, threads.submit(() -> send(testMessage(contact, channel, address)))));
            }
        }
        var ended = new LinkedHashMap<Contact, Map<Channel, Result>>();
        results.forEach((contact, byChannel) -> {
            var ofContact = new EnumMap<Channel, Result>(Channel.class);
            byChannel.forEach((channel, result) -> ofContact.put(channel, ended(channel, result)));
            ended.put(contact, ofContact);
        });
        return ended;
    }

    private static Delivery testMessage(Contact contact, Channel channel, String address) {
        return new Delivery(UUID.randomUUID().toString(), channel, address, contact.name(), contact.zone(), List.of());
    }

    private static Result ended(Channel channel, Future<Result> result) {
        return switch (result.state()) {
            case SUCCESS -> result.resultNow();
            case FAILED -> {
                LOG.error("a test message by {} failed", channel, result.exceptionNow());
                yield new Result.Later("it was not sent, by a fault of ours; the server's log says more", false);
            }
            case CANCELLED, RUNNING -> new Result.Maybe("interrupted");
        };
    }

    private Result send(Delivery delivery) {
        var sender = senders.get(delivery.channel());
        return sender == null
                ? new Result.Final(Status.OFF, "there is no way to send by " + delivery.channel())
                : sender.send(delivery);
    }
}
