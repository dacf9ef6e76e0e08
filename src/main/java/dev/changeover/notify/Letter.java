package dev.changeover.notify;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one address is told, in words: plain text, which every channel escapes as it needs.
 *
 * @param subject a line; without the line breaks that names could have
 * @param contact the name of who is told
 * @param items an upgrade each; none in a test message
 * @param forced whether one of them is of a campaign: then the letter says why it cannot be unsubscribed
 * @param ageLimit sessions older than this are closed, in words
 */
public record Letter(String subject, String contact, List<Item> items, boolean forced, String ageLimit, URI console) {
    public Letter {
        items = List.copyOf(items);
    }

    public boolean isDigest() {
        return items.size() > 1;
    }

    /** Whether an upgrade that it tells of goes on, so that clients may feel something yet. */
    public boolean tellsWhatClientsWillFeel() {
        return items.stream().anyMatch(item -> !item.isEnd());
    }

    /**
     * The news of one upgrade.
     *
     * @param thread of the upgrade
     * @param newest the last that is told; the story has all
     * @param proxy its name
     * @param instance its name
     * @param when the planned time on the contact's clock; empty where there is none
     * @param utc the same time in UTC
     * @param deadline until when the owner may choose; empty where there is none, or where it has begun
     * @param notes of the versions up to the target; may be empty
     * @param details the page of the console that shows it
     * @param others the names of who else is told
     * @param story each notice in a line
     * @param sequence counts the plans of the thread: a calendar takes the highest
     * @param ends when the planned time ends at the latest; null where there is none
     */
    public record Item(
            String thread,
            Notice newest,
            String proxy,
            String instance,
            String when,
            String utc,
            String deadline,
            String notes,
            URI details,
            List<String> others,
            List<String> story,
            int sequence,
            @Nullable Instant ends) {
        public Item {
            others = List.copyOf(others);
            story = List.copyOf(story);
        }

        /** Like {@code orders-proxy 2.6.12.3 → 2.6.12.4}. */
        public String title() {
            return "%s %s → %s".formatted(proxy, newest.source(), newest.target());
        }

        /** Where its owner lets it happen now. */
        public String now() {
            return details + "&do=now";
        }

        /** Where its owner chooses another slot. */
        public String slot() {
            return details + "&do=slot";
        }

        /** Whether somebody has to do something. */
        public boolean isAlert() {
            return switch (newest.kind()) {
                case HELD, MIXED, NEEDS_OPERATOR -> true;
                case PLANNED, RESCHEDULED, STARTED, SERVING, DONE, CANCELLED, WAITING -> false;
            };
        }

        /** Whether nothing of the upgrade is to come. */
        boolean isEnd() {
            return switch (newest.kind()) {
                case DONE, MIXED, CANCELLED -> true;
                case PLANNED, RESCHEDULED, STARTED, SERVING, HELD, NEEDS_OPERATOR, WAITING -> false;
            };
        }

        /** Whether its owner can still choose. */
        public boolean isOpen() {
            return newest.kind().isPlan();
        }
    }
}
