package dev.changeover.upgrade;

import static dev.changeover.upgrade.EventKind.Audience.OPERATOR;
import static dev.changeover.upgrade.EventKind.Audience.OWNER;

import dev.changeover.task.TaskEvent;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The events of an upgrade; the names are the stable words that programs see in the ledger and in the API. */
public enum EventKind {
    ADMITTED("the central prechecks have passed", Phase.PRECHECK, OWNER),
    REFUSED("a precheck spoke against it; the last event", Phase.ENDED, OWNER),
    WAITING("an instant is waited for: the kernel's fetching, or an opening", Phase.WAITING, OPERATOR),
    STAGING("the nodes begin to fetch the kernel", Phase.STAGING, OPERATOR),
    STAGED("a node has the kernel ready", OPERATOR),
    BEGUN("a scheduled upgrade begins in an opening, or now", OWNER),
    RETARGETED("the target was withdrawn before any change; the newest version takes its place", OWNER),
    STANDS_BACK("at the opening something is in the way that may pass", Phase.WAITING, OPERATOR),
    POSTPONED("not in this opening; the reason", OWNER),
    HANDING_OVER("a node's handover begins", Phase.NODES, OPERATOR),
    HANDED_OVER("the target took over a node's listening sockets", OPERATOR),
    SERVING("a node was watched and is good", OPERATOR),
    ALL_SERVE("the first completion mark", Phase.RETIRING, OWNER),
    NOT_ALL_SERVE("no node is left, but some were skipped or not begun", Phase.RETIRING, OWNER),
    RETIRING("a node's old sessions are waited for", OPERATOR),
    RETIRED("a node has no old session left", OPERATOR),
    VERIFYING("nothing older may be left", Phase.VERIFYING, OPERATOR),
    VERIFIED("a node has proved that nothing older is left", OPERATOR),
    ENDED("it is over; the last event", Phase.ENDED, OWNER),
    CANCELLED("it was cancelled or stopped before any change; the last event", Phase.ENDED, OWNER),
    HELD("a node waits for an operator", OWNER),
    RELEASED("a held node waits no longer", OWNER),
    RETRY("an operator wants the held step tried again", OPERATOR),
    SKIP("an operator wants the held node left as it is", OPERATOR),
    SKIPPED("a node was left as it is", OWNER),
    PAUSED("an operator wants nothing further begun", OPERATOR),
    RESUMED("an operator wants it to go on", OPERATOR),
    STARTED_NOW("somebody wants no window waited for any more", OWNER),
    RESCHEDULED("somebody wants another opening", OWNER),
    CANCELLING("somebody wants it ended before any change", OPERATOR),
    CLOSING_ORDERED("an operator wants sessions closed, whatever their age", OPERATOR),
    CLOSED("sessions were closed by order", OWNER),
    NOT_CLOSED("sessions were not closed, and why", OPERATOR),
    STOPPING("an operator, or a cancellation, wants no further node touched", OPERATOR),
    CANCEL_IGNORED("a cancellation came after the first handover", OPERATOR),
    ENDED_FROM_OUTSIDE("somebody terminated the run; found within two minutes", Phase.ENDED, OWNER);

    /** For whom an event is worth a message, beside the record that everybody can read. */
    enum Audience {
        OWNER,
        OPERATOR
    }

    private final String words;
    private final @Nullable Phase phase;
    private final Audience audience;

    EventKind(String words, Audience audience) {
        this(words, null, audience);
    }

    EventKind(String words, @Nullable Phase phase, Audience audience) {
        this.words = words;
        this.phase = phase;
        this.audience = audience;
    }

    /** The event in a short phrase for people. */
    public String words() {
        return words;
    }

    /** The phase after it; empty where it leaves the phase as it is. */
    public Optional<Phase> phase() {
        return Optional.ofNullable(phase);
    }

    /** Whether the owner of the database should be told, who does not watch. */
    public boolean worthTelling() {
        return audience == Audience.OWNER;
    }

    /**
     * The kind of an event of the ledger.
     *
     * @throws IllegalArgumentException if a later version of this program wrote it
     */
    public static EventKind of(TaskEvent event) {
        return valueOf(event.kind());
    }

    /**
     * The event that the progress counts last.
     *
     * @param nodeId null where it concerns the whole upgrade
     */
    public TaskEvent lastOf(Progress progress, Instant at, @Nullable String nodeId, String text) {
        return new TaskEvent(progress.request().jobId(), progress.events(), at, name(), nodeId, text);
    }
}
