package dev.changeover.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an upgrade, in words.
 *
 * @param number counts from 1 within a job; written once, so that a repeated activity adds nothing
 * @param kind stable word for programs ({@code HANDED_OVER}); {@code text} is for people
 * @param nodeId null where it concerns the whole upgrade
 */
public record TaskEvent(
        String jobId,
        int number,
        Instant at,
        String kind,
        @Nullable String nodeId,
        String text) {}
