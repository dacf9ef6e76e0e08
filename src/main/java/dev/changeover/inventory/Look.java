package dev.changeover.inventory;

/**
 * Orders what one process of an agent saw, whatever the way and the time it takes until somebody hears of it.
 *
 * @param run of the process, by chance
 * @param number grows with each look of it
 */
public record Look(long run, long number) {}
