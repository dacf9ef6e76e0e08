package dev.changeover.notify;

import dev.changeover.contact.Channel;
import java.time.ZoneId;
import java.util.List;

/**
 * A message to one address, as it is being sent.
 *
 * @param id the same for every attempt: receivers know a repetition by it
 * @param contact the name of who is told
 * @param zone whose clock the contact reads
 * @param told one notice, or those of a digest, in their order; none in a test message
 */
public record Delivery(String id, Channel channel, String address, String contact, ZoneId zone, List<Told> told) {
    public Delivery {
        told = List.copyOf(told);
    }

    public enum Status {
        /** It will be tried, or tried again. */
        WAITING,
        /** Whoever carries it has taken it. */
        SENT,
        /** It may have been sent: an SMS that nobody confirmed. */
        UNKNOWN,
        /** There is no such mailbox or number. */
        BOUNCED,
        /** Whoever would carry it does not take it. */
        REFUSED,
        /** Tried for a day. */
        FAILED,
        /** Its channel is not configured. */
        OFF,
        /** The contact was removed before. */
        WITHDRAWN
    }
}
