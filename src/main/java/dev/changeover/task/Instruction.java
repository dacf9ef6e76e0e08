package dev.changeover.task;

import java.time.Instant;

/**
 * What a caller of the REST interface asked of an upgrade. Written before Temporal hears of it, by the interface alone:
 * an agent's order is signed for nothing else.
 *
 * @param id of the job, where it begins it; else unlike any other's
 * @param command {@link #UPGRADE}, or the command's word
 * @param content all of it, as JSON
 */
public record Instruction(String id, String jobId, String command, String content, String actor, Instant at) {
    /** The command that begins a job. */
    public static final String UPGRADE = "upgrade";
}
