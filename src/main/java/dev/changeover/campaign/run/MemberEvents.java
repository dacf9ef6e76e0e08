package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.inventory.Inventory;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskListener;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Outcome;
import dev.changeover.window.Opening;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What happens to a member's task happens to the member, in the same transaction. */
@Singleton
record MemberEvents(CampaignStore store, MemberNotices notices, Inventory inventory) implements TaskListener {
    @Override
    public void recorded(Task task, TaskEvent event) {
        switch (EventKind.of(event)) {
            case RESCHEDULED,
                    POSTPONED,
                    HELD,
                    RELEASED,
                    ALL_SERVE,
                    NOT_ALL_SERVE,
                    CANCELLED,
                    REFUSED,
                    ENDED,
                    ENDED_FROM_OUTSIDE ->
                store.memberOf(task.jobId())
                        .flatMap(member -> store.locked(member.id()))
                        .filter(member -> task.jobId().equals(member.jobId()))
                        .filter(member -> !member.state().isThrough())
                        .ifPresent(member -> write(after(member, task, event), EventKind.of(event)));
            default -> {}
        }
    }

    private void write(Member after, EventKind kind) {
        store.write(after);
        if (after.state() == State.NEEDS_OPERATOR) {
            notices.needsOperator(campaign(after), after, after.updatedAt());
        } else if (after.state() == State.CANCELLED && kind == EventKind.REFUSED) {
            notices.cancelled(campaign(after), after, after.updatedAt());
        }
    }

    private Campaign campaign(Member member) {
        return store.campaign(member.campaignId()).orElseThrow();
    }

    /** A database that was restored, or lost its last moment, may lack the event that said how it ended. */
    private static EventKind kind(Task task, TaskEvent event) {
        var kind = EventKind.of(event);
        return kind == EventKind.ENDED && Outcome.DONE.name().equals(task.outcome()) ? EventKind.ALL_SERVE : kind;
    }

    private Member after(Member member, Task task, TaskEvent event) {
        var kind = kind(task, event);
        var at = event.at();
        if (kind == EventKind.RESCHEDULED || kind == EventKind.POSTPONED) {
            return Openings.planned(task).map(member::at).orElse(member);
        }
        if (member.state() == State.OWN) {
            return own(member, kind, event);
        }
        return switch (kind) {
            case HELD -> member.in(State.HELD, event.text(), at);
            case RELEASED -> member.in(member.begunAt() == null ? State.DELIVERED : State.RUNNING, "", at);
            case ALL_SERVE -> member.in(State.DONE, event.text(), at);
            case NOT_ALL_SERVE -> member.in(State.FAILED, event.text(), at);
            case CANCELLED -> cancelled(member, at);
            case REFUSED -> cameToNothing(member, event);
            default ->
                member.begunAt() == null ? cameToNothing(member, event) : member.in(State.FAILED, event.text(), at);
        };
    }

    private Member cameToNothing(Member member, TaskEvent event) {
        return member.over(campaign(member), event.at())
                .orElseGet(() -> member.again(false).in(State.NEEDS_OPERATOR, event.text(), event.at()));
    }

    /** Its owner had wanted it anyway; if that came to nothing, the campaign goes on with it. */
    private Member own(Member member, EventKind kind, TaskEvent event) {
        return switch (kind) {
            case HELD, RELEASED -> member;
            case ALL_SERVE -> member.in(State.DONE, event.text(), event.at());
            default -> {
                var why = "its owner's own upgrade ended: " + event.text();
                var campaign = campaign(member);
                yield campaign.deadline().isAfter(event.at())
                        ? member.again(false).in(State.PLANNED, why, event.at())
                        : member.again(false).at(next(member, event.at())).in(State.INQUIRING, why, event.at());
            }
        };
    }

    /** The owner chooses another time until the deadline; after it the next opening counts. */
    private Member cancelled(Member member, Instant at) {
        var campaign = campaign(member);
        var from = campaign.deadline().isAfter(at) ? campaign.deadline() : at;
        return member.over(campaign, at).orElseGet(() -> member.inquiring(campaign, next(member, from), at));
    }

    private @Nullable Opening next(Member member, Instant from) {
        return inventory
                .instance(member.instanceId())
                .map(instance -> instance.window().next(from))
                .orElse(null);
    }
}
