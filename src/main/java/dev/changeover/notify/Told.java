package dev.changeover.notify;

/**
 * A notice as it is in the outbox.
 *
 * @param id gives notices an order
 * @param thread of the upgrade that it belongs to, from the first plan to the end
 * @param reminder whether it only reminds of a plan that was told before
 */
public record Told(int id, String thread, boolean reminder, Notice notice) {}
