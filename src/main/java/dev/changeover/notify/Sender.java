package dev.changeover.notify;

import dev.changeover.contact.Channel;
import dev.changeover.notify.Delivery.Status;

/** A channel's way out. Safe for concurrent use; sending the same delivery again is told apart by its id. */
public interface Sender {

    Channel channel();

    /** Tries once; takes at most two minutes. */
    Result send(Delivery delivery);

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

        /** No delivery by this channel would be sent now; a later attempt may do better. */
        static Result away(String reason) {
            return new Later(reason, true);
        }

        record Final(Status status, String reason) implements Result {}

        /**
         * It was not sent; a later attempt may do better.
         *
         * @param all whether no other delivery by this channel would have been sent either
         */
        record Later(String reason, boolean all) implements Result {}

        /** It may have been sent, and a receiver could not tell a repetition. */
        record Maybe(String reason) implements Result {}
    }
}
