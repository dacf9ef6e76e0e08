package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.Refused.Why;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.window.Opening;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What owners may do about the upgrades that campaigns have planned for them (REQUIREMENTS S9). Safe for concurrent use. */
@Singleton
public class PlannedEvents {
    private final Sql sql;
    private final CampaignStore store;
    private final Delivery delivery;
    private final MemberChanges changes;
    private final BudgetGate gate;
    private final MemberNotices notices;
    private final Inventory inventory;
    private final Upgrades upgrades;
    private final Clock clock;

    PlannedEvents(
            Sql sql,
            CampaignStore store,
            Delivery delivery,
            MemberChanges changes,
            BudgetGate gate,
            MemberNotices notices,
            Inventory inventory,
            Upgrades upgrades,
            Clock clock) {
        this.sql = sql;
        this.store = store;
        this.delivery = delivery;
        this.changes = changes;
        this.gate = gate;
        this.notices = notices;
        this.inventory = inventory;
        this.upgrades = upgrades;
        this.clock = clock;
    }

    /**
     * Cancels the upgrade, as often as its level allows; until the deadline another time can be chosen, after it the
     * next opening counts.
     *
     * @throws Refused if there is no such event, or this is not possible now; nothing was changed
     */
    public Member cancel(String eventId, String actor) {
        var member = open(eventId);
        var job = member.jobId();
        if (member.state() == State.DELIVERED && job != null) {
            noted(upgrades.command(job, Command.CANCEL, null, "cancelled by its owner", actor));
            return member(eventId);
        }
        require(member.state() == State.PLANNED, "cancelled", member);
        sql.together(() -> {
            var now = store.locked(eventId).orElseThrow();
            require(now.state() == State.PLANNED && hasNoTask(now), "cancelled", now);
            var campaign = campaign(now);
            BudgetGate.mayNotCancel(campaign, now).ifPresent(PlannedEvents::refuse);
            var opening = instance(now).window().next(campaign.deadline());
            var after = now.inquiring(campaign, opening, clock.instant());
            store.write(after);
            notices.changed(campaign, now, after, "", clock.instant());
        });
        return member(eventId);
    }

    /** Executes the upgrade now, without its window, if the campaign's budgets have room. The same refusals. */
    public Member execute(String eventId, String actor) {
        var member = open(eventId);
        var job = member.jobId();
        if (member.state() == State.DELIVERED && job != null) {
            noted(upgrades.command(job, Command.START_NOW, null, "its owner wants it now", actor));
            return member(eventId);
        }
        require(isUndelivered(member) || isReserved(member), "executed", member);
        var obstacle = Optional.of(upgrades.advice(member.proxyId()))
                .filter(advice -> !advice.canUpgrade())
                .map(advice -> Check.sentences(Check.failed(advice.checks())));
        obstacle.ifPresent(PlannedEvents::refuse);
        gate.reserve(member, Delivery.jobId(member)).ifPresent(PlannedEvents::refuse);
        return delivery.deliverNow(campaign(member), member);
    }

    /**
     * Moves the upgrade to another time in the maintenance window, before the deadline. The same refusals.
     *
     * @param start when it is to begin
     * @param end until when it may change something that day, if that is before the window closes; null for until then
     */
    public Member move(String eventId, Instant start, @Nullable Instant end, String actor) {
        var member = open(eventId);
        var campaign = campaign(member);
        BudgetGate.mayNotMove(campaign, start).ifPresent(PlannedEvents::refuse);
        var job = member.jobId();
        if (member.state() == State.DELIVERED && job != null) {
            try {
                noted(upgrades.reschedule(job, start, end, "its owner chose another time", actor));
            } catch (Upgrades.WrongStart wrong) {
                throw new Refused(Why.WRONG, String.valueOf(wrong.getMessage()));
            }
            return moved(eventId, start, end);
        }
        require(isUndelivered(member), "moved", member);
        var window = instance(member).window();
        var opening = window.current(start)
                .filter(open -> start.isAfter(clock.instant()))
                .map(open -> part(open, start, end))
                .orElseThrow(() -> new Refused(
                        Why.WRONG,
                        "%s has passed or is not in the maintenance window %s, which opens next at %s"
                                .formatted(
                                        start,
                                        window,
                                        window.next(clock.instant()).opens())));
        return delivery.deliver(campaign, member, opening);
    }

    /** The members that campaigns at work still have to give a task, of some proxies. */
    public List<Member> planned(List<String> proxyIds) {
        return store.undelivered(proxyIds);
    }

    /** Their campaigns go on without them; call it in the transaction that removes their proxies. */
    public void leave(List<Member> members, String why) {
        members.forEach(member -> store.withLocked(
                member.campaignId(), campaign -> changes.becomes(campaign, member, State.CANCELLED, why)));
    }

    private static Opening part(Opening open, Instant start, @Nullable Instant end) {
        return new Opening(start, end == null || end.isAfter(open.closes()) ? open.closes() : end);
    }

    private Member moved(String eventId, Instant start, @Nullable Instant end) {
        sql.together(() -> {
            var member = store.locked(eventId).orElseThrow();
            var opening = instance(member).window().current(start);
            opening.ifPresent(open -> store.write(member.at(part(open, start, end))));
        });
        return member(eventId);
    }

    /** Its owner asks again, because the answer was not to be had in time. */
    private static boolean isReserved(Member member) {
        return member.state() == State.RUNNING && member.urgent() > 0;
    }

    /** Neither has it one, nor will it have the one that could not be made while Temporal was away. */
    private boolean hasNoTask(Member member) {
        var job = member.jobId();
        return job == null || delivery.takesBack(job);
    }

    private static boolean isUndelivered(Member member) {
        return member.state() == State.PLANNED
                || member.state() == State.INQUIRING
                || member.state() == State.NEEDS_OPERATOR;
    }

    private Member open(String eventId) {
        var member = member(eventId);
        var campaign = campaign(member);
        if (!campaign.state().lets()) {
            throw new Refused(Why.NOT_NOW, "the campaign is %s".formatted(campaign.state()));
        }
        return member;
    }

    /** @throws Refused if there is no such event */
    public Member member(String eventId) {
        return store.member(eventId)
                .filter(member -> campaign(member).startedAt() != null)
                .orElseThrow(() -> new Refused(Why.UNKNOWN, "event %s does not exist".formatted(eventId)));
    }

    private Campaign campaign(Member member) {
        return store.campaign(member.campaignId()).orElseThrow();
    }

    private Instance instance(Member member) {
        return inventory.instance(member.instanceId()).orElseThrow();
    }

    private static void require(boolean allowed, String what, Member member) {
        if (!allowed) {
            refuse("it cannot be %s: it is %s%s"
                    .formatted(what, member.state(), member.reason().isEmpty() ? "" : ", " + member.reason()));
        }
    }

    private static void noted(CommandAnswer answer) {
        if (!answer.noted()) refuse(answer.refusal());
    }

    private static void refuse(String sentence) {
        throw new Refused(Why.NOT_NOW, sentence);
    }
}
