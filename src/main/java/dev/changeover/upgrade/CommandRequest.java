package dev.changeover.upgrade;

import dev.changeover.node.Permit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator's command to a running upgrade.
 *
 * @param jobId the job that is meant; another job's is refused
 * @param nodeId the held node that is meant; null where only one is held, or where it concerns the whole upgrade
 * @param reason why, for the record
 * @param actor who says it
 * @param schedule the new one, with the command to reschedule; null otherwise
 * @param closings what to close, with the command to close what remains; empty otherwise
 * @param id under which the control plane wrote the command down before it was sent; empty until then
 * @param permit the control plane's signature under all of this; an upgrade hears what is signed, whatever stands beside it
 */
public record CommandRequest(
        String jobId,
        @Nullable String nodeId,
        String reason,
        String actor,
        @Nullable Schedule schedule,
        List<Closing> closings,
        String id,
        @Nullable Permit permit) {
    public CommandRequest {
        closings = List.copyOf(closings);
        id = id == null ? "" : id;
    }

    public CommandRequest(
            String jobId,
            @Nullable String nodeId,
            String reason,
            String actor,
            @Nullable Schedule schedule,
            List<Closing> closings) {
        this(jobId, nodeId, reason, actor, schedule, closings, "", null);
    }

    /** The same under this id. */
    public CommandRequest as(String written) {
        var named = closings.stream().map(closing -> closing.of(written)).toList();
        return new CommandRequest(jobId, nodeId, reason, actor, schedule, named, written, null);
    }

    /** The same with its signature. */
    public CommandRequest signed(Permit signature) {
        return new CommandRequest(jobId, nodeId, reason, actor, schedule, closings, id, signature);
    }

    public CommandRequest(String jobId, @Nullable String nodeId, String reason, String actor) {
        this(jobId, nodeId, reason, actor, null, List.of());
    }

    /**
     * Sessions to close on a node.
     *
     * @param session one of them, by its id; null for all that remain
     * @param confirmed how many the operator was told remain
     * @param id of the command; null until it has one, and in what was written before closings had any
     */
    public record Closing(
            String nodeId,
            @Nullable String session,
            int confirmed,
            @Nullable String id) {
        public Closing(String nodeId, @Nullable String session, int confirmed) {
            this(nodeId, session, confirmed, null);
        }

        private Closing of(String command) {
            return new Closing(nodeId, session, confirmed, command);
        }
    }
}
