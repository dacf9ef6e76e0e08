package dev.changeover.notify;

import dev.changeover.contact.Channel;
import dev.changeover.notify.Sender.Result;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log what was not sent: in a line of its own where one receiver is not reached, and in one for all of a round
 * where none by this channel is. That is told again only when it is another reason, or when some are reached. Thread-safe.
 */
final class DeliveryLog {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryLog.class);

    // Of this round.
    private final Map<Channel, Map<String, Integer>> failed = new EnumMap<>(Channel.class);
    private final Set<Channel> sent = EnumSet.noneOf(Channel.class);

    /** Why none was reached in the last round that tried. */
    private final Map<Channel, Set<String>> told = new EnumMap<>(Channel.class);

    synchronized void add(String id, Channel channel, Result result) {
        switch (result) {
            case Result.Final ended -> ended(id, channel, ended);
            case Result.Later later -> {
                if (later.all()) {
                    failed(channel, later.reason());
                } else {
                    LOG.warn(
                            "delivery {} by {} failed and is tried again later: {}",
                            id,
                            words(channel),
                            later.reason());
                }
            }
            case Result.Maybe maybe ->
                LOG.warn("delivery {} by {} may have been sent: {}", id, words(channel), maybe.reason());
        }
    }

    private void ended(String id, Channel channel, Result.Final ended) {
        switch (ended.status()) {
            case SENT -> sent.add(channel);
            case OFF -> failed(channel, ended.reason());
            default ->
                LOG.warn("delivery {} by {} has failed, {}: {}", id, words(channel), ended.status(), ended.reason());
        }
    }

    private void failed(Channel channel, String reason) {
        failed.computeIfAbsent(channel, first -> new TreeMap<>()).merge(reason, 1, Integer::sum);
    }

    synchronized void tell() {
        failed.forEach((channel, reasons) -> {
            var before = sent.contains(channel) ? Set.of() : told.getOrDefault(channel, Set.of());
            reasons.forEach((reason, number) -> {
                if (!before.contains(reason)) {
                    LOG.warn(
                            "{} not sent, which is told again when it changes: {}",
                            number == 1
                                    ? "1 delivery by %s was".formatted(words(channel))
                                    : "%d deliveries by %s were".formatted(number, words(channel)),
                            reason);
                }
            });
            told.put(channel, reasons.keySet());
        });
        sent.forEach(channel -> {
            if (told.remove(channel) != null) LOG.info("deliveries by {} are sent again", words(channel));
        });
        failed.clear();
        sent.clear();
    }

    private static String words(Channel channel) {
        return switch (channel) {
            case EMAIL -> "e-mail";
            case SMS -> "SMS";
            case WEBHOOK -> "webhook";
        };
    }
}
