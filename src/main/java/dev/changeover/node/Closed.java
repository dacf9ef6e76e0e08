package dev.changeover.node;

import dev.changeover.node.RetireProgress.Closing;
import java.util.List;

/**
 * What became of an order to close sessions; also its heartbeat's details, and where a retry goes on. An order that is
 * given again after it was carried out closes nothing more; under the same {@link CloseOrder#id} it counts what it had closed.
 *
 * @param nodeId whose, so that a heartbeat tells it by itself
 * @param ordered sessions the order was about when it began
 * @param closed sessions of them that this order closed
 * @param gone sessions of them that ended without it, or had ended before
 * @param left sessions that old generations still hold
 * @param newest the youngest generation that retired when the order began; what retires since then is not meant
 * @param closings the last closings, at most a hundred
 */
public record Closed(String nodeId, int ordered, int closed, int gone, int left, int newest, List<Closing> closings) {
    public Closed {
        closings = List.copyOf(closings);
    }
}
