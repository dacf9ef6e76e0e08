package dev.changeover.campaign;

import dev.changeover.window.Opening;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A proxy in a campaign.
 *
 * @param id of the planned event that its owner sees
 * @param stage its wave, from 1
 * @param position among its wave's members
 * @param reason why it is in its state, for people
 * @param attempt which delivery of a task is at work, or comes next; from 1
 * @param cancels how often its owner has cancelled it
 * @param urgent 1 when it was told to execute now
 * @param jobId the task in the Task Center; null before it was delivered
 * @param executeAt when it is planned to begin; null where that is not known
 * @param closesAt the end of that opening
 * @param begunAt when it got leave to change something
 */
public record Member(
        String id,
        String campaignId,
        String projectId,
        String instanceId,
        String instanceName,
        String proxyId,
        String proxyName,
        int stage,
        int position,
        State state,
        String reason,
        int attempt,
        int cancels,
        int urgent,
        @Nullable String jobId,
        @Nullable Instant executeAt,
        @Nullable Instant closesAt,
        @Nullable Instant begunAt,
        @Nullable Instant endedAt,
        Instant createdAt,
        Instant updatedAt) {
    private static final int LONGEST_REASON = 1024;

    public enum State {
        /** Its wave has not begun, or its task is about to be delivered. */
        PLANNED,
        /** It cannot be upgraded by itself; looked at again after ten minutes, then ever later up to a day. */
        NEEDS_OPERATOR,
        /** Its owner has cancelled, and may choose another time until the deadline. */
        INQUIRING,
        /** Its task waits in the Task Center. */
        DELIVERED,
        /** It has leave to change something. */
        RUNNING,
        /** A node waits for an operator. */
        HELD,
        /** An upgrade that its owner asked for does it. */
        OWN,
        DONE,
        FAILED,
        /** The campaign ended before it began. */
        CANCELLED;

        /** Whether its wave need not wait for it. */
        public boolean isThrough() {
            return this == DONE || this == FAILED || this == CANCELLED || this == NEEDS_OPERATOR;
        }
    }

    /** At most so many characters as are stored. */
    public static String fitting(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON - 1) + "…";
    }

    public Member in(State next, String why, Instant now) {
        var ended = next.isThrough() && next != State.NEEDS_OPERATOR ? now : null;
        return copy(next, fitting(why), attempt, cancels, urgent, jobId, executeAt, closesAt, begunAt, ended, now);
    }

    public Member at(@Nullable Opening opening) {
        var opens = opening == null ? null : opening.opens();
        var closes = opening == null ? null : opening.closes();
        return copy(state, reason, attempt, cancels, urgent, jobId, opens, closes, begunAt, endedAt, updatedAt);
    }

    public Member with(String job) {
        return copy(state, reason, attempt, cancels, urgent, job, executeAt, closesAt, begunAt, endedAt, updatedAt);
    }

    /** Its task is over without a change; the next delivery is another task. */
    public Member again(boolean cancelled) {
        var times = cancels + (cancelled ? 1 : 0);
        return copy(state, reason, attempt + 1, times, 0, null, executeAt, closesAt, null, null, updatedAt);
    }

    /** Its owner has cancelled it. */
    public Member inquiring(Campaign campaign, @Nullable Opening next, Instant now) {
        var why = "cancelled once; another time can be chosen until " + campaign.deadline();
        return again(true).at(next).in(State.INQUIRING, why, now);
    }

    /** What becomes of it where its campaign has ended meanwhile; empty where that goes on. */
    public Optional<Member> over(Campaign campaign, Instant now) {
        return campaign.state().isOver() ? Optional.of(in(State.CANCELLED, campaign.note(), now)) : Optional.empty();
    }

    public Member begun(Instant now, boolean urgently) {
        var atOnce = urgently ? 1 : urgent;
        return copy(State.RUNNING, reason, attempt, cancels, atOnce, jobId, executeAt, closesAt, now, null, now);
    }

    private Member copy(
            State state,
            String reason,
            int attempt,
            int cancels,
            int urgent,
            @Nullable String jobId,
            @Nullable Instant executeAt,
            @Nullable Instant closesAt,
            @Nullable Instant begunAt,
            @Nullable Instant endedAt,
            Instant updatedAt) {
        return new Member(
                id,
                campaignId,
                projectId,
                instanceId,
                instanceName,
                proxyId,
                proxyName,
                stage,
                position,
                state,
                reason,
                attempt,
                cancels,
                urgent,
                jobId,
                executeAt,
                closesAt,
                begunAt,
                endedAt,
                createdAt,
                updatedAt);
    }

    public @Nullable Opening opening() {
        return executeAt == null || closesAt == null || !executeAt.isBefore(closesAt)
                ? null
                : new Opening(executeAt, closesAt);
    }

    /** The key of its task: a delivery that is repeated finds the same one. */
    public String key() {
        return "campaign:%s:%s:%d".formatted(campaignId, proxyId, attempt);
    }
}
