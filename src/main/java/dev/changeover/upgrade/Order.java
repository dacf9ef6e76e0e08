package dev.changeover.upgrade;

import org.jspecify.annotations.Nullable;

/**
 * What an operator says to a running upgrade.
 *
 * @param jobId the job that is meant; another job's is refused
 * @param nodeId the held node that is meant; null where only one is held, or where it concerns the whole upgrade
 * @param reason why, for the record
 * @param actor who says it
 */
public record Order(String jobId, @Nullable String nodeId, String reason, String actor) {}
