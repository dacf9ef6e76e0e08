package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Level;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.WaveCounts;
import dev.changeover.campaign.plan.Slots;
import dev.changeover.inventory.Inventory;
import dev.changeover.task.Task;
import dev.changeover.upgrade.engine.UpgradeAdvice;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** For which opening of its window a member gets its task. */
@Singleton
record Openings(CampaignStore store, WaveCounts counts, Inventory inventory, CampaignSettings settings, Clock clock) {
    /** @throws Refused if the opening that somebody chose is too short for one node */
    static void requireRoom(Opening chosen, UpgradeAdvice advice) {
        var need = perNode(advice);
        if (!chosen.fits(chosen.opens(), need)) {
            throw new Refused(
                    Refused.Why.WRONG,
                    "from %s to %s is too short: a node is estimated to take %d s"
                            .formatted(chosen.opens(), chosen.closes(), need.toSeconds()));
        }
    }

    /** Whether its members' owners may not choose any longer. */
    boolean isLate(Campaign campaign) {
        return !clock.instant().isBefore(campaign.deadline());
    }

    /** The opening that a task is planned for, where it is for one. */
    static Optional<Opening> planned(Task task) {
        var start = task.plannedStart();
        var end = task.plannedEnd();
        return start == null || end == null || !start.isBefore(end)
                ? Optional.empty()
                : Optional.of(new Opening(start, end));
    }

    /** The planned opening, if it is still to come and its owner keeps the window; otherwise the next one that is free for it. */
    Optional<Opening> opening(Campaign campaign, Member member, UpgradeAdvice advice) {
        var now = clock.instant();
        var planned = member.opening();
        if (planned != null && planned.opens().isAfter(now) && isInWindow(member)) {
            return Optional.of(planned);
        }
        var strategy = campaign.plan();
        var wave = counts.size(member);
        var slots = new Slots(
                wave.members(),
                Math.min(strategy.atOnce(), wave.tolerated() + 1),
                strategy.perMinute(),
                advice.estimate(),
                settings.spread());
        return slots.of(member.position(), window(member), notBefore(campaign, member, now), perNode(advice));
    }

    /** Whether its planned opening is part of the window as it is now; true where it has none. */
    boolean isInWindow(Member member) {
        var planned = member.opening();
        return planned == null
                || window(member)
                        .current(planned.opens())
                        .filter(open -> !open.closes().isBefore(planned.closes()))
                        .isPresent();
    }

    /** The next opening of its window, from now on. */
    Opening next(Member member) {
        return window(member).next(clock.instant());
    }

    private MaintenanceWindow window(Member member) {
        return inventory.instance(member.instanceId()).orElseThrow().window();
    }

    /** None is earlier than it was told, one that was told nothing has its lead time, and none is forced twice within days. */
    private Instant notBefore(Campaign campaign, Member member, Instant now) {
        var strategy = campaign.plan();
        var planned = member.executeAt();
        var told = planned == null ? now.plus(strategy.leadTime()) : planned.isAfter(now) ? planned : now;
        return campaign.level() == Level.CRITICAL
                ? told
                : store.forcedBefore(member)
                        .map(last -> last.plus(strategy.apart()))
                        .filter(told::isBefore)
                        .orElse(told);
    }

    private static Duration perNode(UpgradeAdvice advice) {
        return advice.plan()
                .flatMap(plan -> plan.nodes().stream().findFirst())
                .map(node -> node.estimate())
                .orElse(Duration.ZERO);
    }
}
