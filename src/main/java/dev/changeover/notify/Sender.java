package dev.changeover.notify;

import dev.changeover.contact.Channel;
import dev.changeover.notify.Delivery.Status;

/** A channel's way out. Safe for concurrent use; sending the same delivery again is told apart by its id. */
public interface Sender {

    Channel channel();

    /** Tries once; takes at most two minutes. */
    Result send(Delivery delivery);

    /** How an attempt ended. */
    sealed interface Result {
        Result SENT = new Final(Status.SENT, "");

        static Result off(String reason) {
            return new Final(Status.OFF, reason);
        }

        static Result bounced(String reason) {
            return new Final(Status.BOUNCED, reason);
        }

        static Result refused(String reason) {
            return new Final(Status.REFUSED, reason);
        }

        /** It is over. */
        record Final(Status status, String reason) implements Result {}

        /** It was not sent; a later attempt may do better. */
        record Later(String reason) implements Result {}

        /** It may have been sent, and a receiver could not tell a repetition. */
        record Maybe(String reason) implements Result {}
    }
}
