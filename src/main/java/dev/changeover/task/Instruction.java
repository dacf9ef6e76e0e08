package dev.changeover.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a caller of the REST interface asked of an upgrade. Written before Temporal hears of it, by the interface alone:
 * an agent's order is signed for nothing else.
 *
 * @param id of the job, where it begins it; else unlike any other's
 * @param command {@link #UPGRADE}, {@link #LOST}, or the command's word
 * @param content all of it, as JSON
 * @param notedAt since when the upgrade is known to do it; null where it has not said so, and perhaps never heard of it
 */
public record Instruction(
        String id,
        String jobId,
        String command,
        String content,
        String actor,
        Instant at,
        @Nullable Instant notedAt) {
    /** The command that begins a job. */
    public static final String UPGRADE = "upgrade";

    /** An operator has ended a job that the ledger did not know: nobody asks for it any more. */
    public static final String LOST = "lost";
}
