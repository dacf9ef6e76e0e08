package dev.changeover.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door to the ledger. Safe for concurrent use; every write is one transaction and may be repeated. */
public interface TaskLedger {
    int PAGE = 500;

    /** Empty for a task that was deleted, too. */
    Optional<Task> task(String jobId);

    /**
     * The task that a project's {@code Idempotency-Key} started, also a deleted one: a repeated request is no new one.
     */
    Optional<Task> taskByKey(String projectId, String key);

    /** Whether anything was ever written of a job, also one whose record was deleted. */
    default boolean knows(String jobId) {
        return !instructions(jobId).isEmpty() || task(jobId).isPresent();
    }

    /**
     * Tasks whose upgrade has not ended altogether, oldest first, without what only their own page needs.
     *
     * @param after only those behind it; null for the first
     */
    List<TaskPage.Line> open(TaskPage.@Nullable Line after, int limit);

    /** The same, one after the other: tens of thousands may wait for their windows. */
    default void eachOpen(Consumer<TaskPage.Line> work) {
        var page = open(null, PAGE);
        while (!page.isEmpty()) {
            page.forEach(work);
            page = open(page.getLast(), PAGE);
        }
    }

    /** Those of which a node waits for an operator, oldest first. */
    List<Task> held();

    /** The same of some proxies, without what only their own page needs; newest first. */
    List<TaskPage.Line> openOf(List<String> proxyIds);

    /** One list of the Task Center, newest first; tasks of one instant by their id. */
    TaskPage page(TaskQuery query);

    /**
     * Takes the record of an upgrade out of sight for good. Its key stays taken, and what comes late for it is written
     * but brings it back no more (REQUIREMENTS T7).
     *
     * @return false if there is no such record, or its upgrade has not ended altogether
     */
    boolean delete(String jobId, Instant at);

    /** The durations of a proxy's newest handovers, the newest first. */
    List<Duration> handovers(String proxyId, int limit);

    /** Writes down what a node of a job took; a later word on the same node changes nothing. */
    void handedOver(Handover handover);

    /**
     * Lets a job be the one that changes an instance, unless another is (REQUIREMENTS P2). Of two that ask at once, one
     * wins; asking again is harmless.
     *
     * @return the job that changes the instance now
     */
    String claim(String instanceId, String jobId);

    /** The job that changes an instance; empty when none does. */
    Optional<String> claimant(String instanceId);

    /**
     * Lets a job be the one upgrade of a proxy whose nodes are still to come, unless another is (REQUIREMENTS P2). Of two
     * that ask at once, one wins; asking again is harmless.
     *
     * @return the job that has the proxy now
     */
    String claimProxy(String proxyId, String jobId);

    /** The job that has a proxy; empty when none does. */
    Optional<String> proxyClaimant(String proxyId);

    /** The job is through with its proxy's nodes: the next may begin. */
    void releaseProxy(String jobId);

    int claims();

    /** How many scheduled tasks that were asked for before an instant are due by {@code now} and still Pending. */
    int pending(Instant now, Instant askedBefore);

    /** The job changes no instance any more. */
    void release(String jobId);

    /** Events after {@code number}, in order. */
    List<TaskEvent> events(String jobId, int afterNumber);

    /**
     * Adds the task, or replaces what changes while it runs (status, progress, phase, outcome, reason, planned and real
     * times, snapshot, target), together with the events that are not there yet. A task that comes too late changes
     * nothing: one without an outcome after one with it, or whose last event is there already or before the last one.
     *
     * @param last the number of the last event that the task knows
     * @return whether it was news; false for what comes too late or was written before, unless it is how an upgrade ended.
     *     What goes with a writing belongs in {@linkplain #together its transaction}, and is not repeated then: what the job
     *     gave back with it may be its own again
     * @throws IllegalStateException if the key belongs to another job, or the job to another proxy
     */
    boolean record(Task task, int last, List<TaskEvent> events);

    /** The same of a task that knows all events, or these last. */
    default boolean record(Task task, List<TaskEvent> events) {
        return record(
                task, events.isEmpty() ? Integer.MAX_VALUE : events.getLast().number(), events);
    }

    <T> T together(Supplier<T> work);

    /** Writes down what was asked; what has its id and is there already stays as it is. */
    void instruct(Instruction instruction);

    /** Takes back what was refused: it counts as never asked. */
    void withdraw(String id);

    /** The upgrade has said that it does what was asked: what that forbids counts from then on. */
    void noted(String id, Instant at);

    /**
     * Takes back that a job was asked for, unless a run of Temporal works for it; from then on none will, until it is
     * asked for again.
     *
     * @return whether it was taken back
     */
    boolean retract(String jobId);

    /** All that was asked of a job, in order. */
    List<Instruction> instructions(String jobId);

    /** Lets one run of Temporal work for a job: the first that asks, if somebody asked for the job. */
    void workFor(String jobId, String runId);

    /** The run of Temporal that works for a job; empty when none has begun. */
    Optional<String> runOf(String jobId);

    /**
     * Gives out numbers for steps of a job: the first of {@code count} that nobody else gets, above {@code least} and above
     * those of every other job of its proxy, whatever a server's clock says.
     */
    long steps(String jobId, int count, long least);

    /**
     * The time that a node took to serve another version.
     *
     * @param servesAt since when it was found good
     * @param took without the soak; stored in whole milliseconds
     */
    record Handover(String jobId, String proxyId, String nodeId, Instant servesAt, Duration took) {}
}
