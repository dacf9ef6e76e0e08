package dev.changeover.node.agent;

/**
 * How a person on the host hands over.
 *
 * @param isForced also where the configuration is what serves: files that it names may have changed
 * @param acceptsCut also where what serves would cut its sessions, because it was started with a limit for its end
 */
public record ByHand(boolean isForced, boolean acceptsCut) {

    public static final ByHand CAREFULLY = new ByHand(false, false);
}
