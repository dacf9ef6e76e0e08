package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.campaign.WaveCounts;
import dev.changeover.campaign.plan.Slots;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Proxy;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.UpgradeAdvice;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.window.Opening;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives members their tasks in the Task Center, and takes them back. Every member may be delivered twice. */
@Singleton
final class Delivery {
    private static final int PAGE = 50;
    private static final int AT_A_TIME = 8;

    /** Members that need an operator are looked at again after so many looks. */
    private static final int LOOKS = 120;

    private final Sql sql;
    private final CampaignStore store;
    private final WaveCounts counts;
    private final MemberNotices notices;
    private final Inventory inventory;
    private final TaskLedger ledger;
    private final Upgrades upgrades;
    private final CampaignSettings settings;
    private final Clock clock;

    Delivery(
            Sql sql,
            CampaignStore store,
            WaveCounts counts,
            MemberNotices notices,
            Inventory inventory,
            TaskLedger ledger,
            Upgrades upgrades,
            CampaignSettings settings,
            Clock clock) {
        this.sql = sql;
        this.store = store;
        this.counts = counts;
        this.notices = notices;
        this.inventory = inventory;
        this.ledger = ledger;
        this.upgrades = upgrades;
        this.settings = settings;
        this.clock = clock;
    }

    boolean hasToDeliver(Campaign campaign) {
        return !next(campaign, 1).isEmpty();
    }

    private List<Member> next(Campaign campaign, int limit) {
        var now = clock.instant();
        return store.toDeliver(campaign, now, now.minus(settings.look().multipliedBy(LOOKS)), limit);
    }

    /**
     * Delivers the next ones.
     *
     * @param alive told after each of them
     * @throws Upgrades.TemporalUnavailable if some could not be delivered; those that were stay so
     */
    void page(Campaign campaign, Runnable alive) {
        each(next(campaign, PAGE), member -> deliver(campaign, member), alive);
    }

    private static void each(List<Member> members, Consumer<Member> work, Runnable alive) {
        try (var workers =
                Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory())) {
            var all = members.stream()
                    .map(member -> CompletableFuture.runAsync(() -> work.accept(member), workers))
                    .toList();
            all.forEach(one -> {
                one.join();
                alive.run();
            });
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException reason ? reason : failed;
        }
    }

    private void deliver(Campaign campaign, Member member) {
        deliver(campaign, member, null);
    }

    /**
     * Makes the member's task, or finds out why there is none.
     *
     * @param chosen the opening that its owner wants; null for the planned one
     * @return the member as it is then
     */
    Member deliver(Campaign campaign, Member member, @Nullable Opening chosen) {
        var proxy = inventory.proxy(member.proxyId());
        if (proxy.isEmpty()) {
            return becomes(campaign, member, State.CANCELLED, "it is not registered any more");
        }
        var runs = proxy.get().nodes().stream().anyMatch(node -> node.version().equals(campaign.version()));
        if (!runs) {
            return becomes(
                    campaign,
                    member,
                    State.DONE,
                    "it runs %s".formatted(proxy.get().version()));
        }
        var own = ledger.proxyClaimant(member.proxyId())
                .filter(job -> !job.equals(member.jobId()))
                .flatMap(ledger::task);
        if (own.isPresent()) {
            return becomes(campaign, member.with(own.get().jobId()), State.OWN, own(own.get()));
        }
        var advice = upgrades.advice(member.proxyId());
        var blockers = Check.failed(advice.checks());
        if (!blockers.isEmpty()) {
            return becomes(campaign, member, State.NEEDS_OPERATOR, Check.sentences(blockers));
        }
        var opening = Optional.ofNullable(chosen).or(() -> opening(campaign, member, advice));
        return opening.map(slot -> submit(campaign, member.at(slot), proxy.get(), advice, true))
                .orElseGet(() -> becomes(
                        campaign, member, State.NEEDS_OPERATOR, "no opening of its window is as long as a node takes"));
    }

    /** Makes its task at once, without a window; its place is {@linkplain BudgetGate#reserve reserved}. */
    Member deliverNow(Campaign campaign, Member member) {
        var proxy = inventory.proxy(member.proxyId()).orElseThrow();
        return submit(campaign, member, proxy, upgrades.advice(member.proxyId()), false);
    }

    private static String own(Task task) {
        return "job %s, asked for by %s, upgrades it to %s"
                .formatted(task.jobId(), task.requester(), task.targetVersion());
    }

    /** The planned opening, if it is still to come; otherwise the next one that is free for it. */
    private Optional<Opening> opening(Campaign campaign, Member member, UpgradeAdvice advice) {
        var now = clock.instant();
        var planned = member.opening();
        if (planned != null && planned.opens().isAfter(now)) {
            return Optional.of(planned);
        }
        var strategy = campaign.plan();
        var wave = counts.size(member);
        var perNode = advice.plan()
                .flatMap(plan -> plan.nodes().stream().findFirst())
                .map(node -> node.estimate())
                .orElse(Duration.ZERO);
        var slots = new Slots(
                wave.members(),
                Math.min(strategy.atOnce(), wave.tolerated() + 1),
                strategy.perMinute(),
                advice.estimate(),
                settings.spread());
        var window = inventory.instance(member.instanceId()).orElseThrow().window();
        return slots.of(member.position(), window, now, perNode);
    }

    /** The job that its next task will be. */
    String jobId(Member member) {
        var proxy = inventory.proxy(member.proxyId()).orElseThrow();
        return submission(member, proxy, proxy.version(), false).jobId().orElseThrow();
    }

    private static Submission submission(Member member, Proxy proxy, KernelVersion target, boolean scheduled) {
        return new Submission(
                member.projectId(),
                member.instanceId(),
                member.proxyId(),
                proxy.version(),
                target,
                scheduled,
                member.key(),
                member.key(),
                "campaign " + member.campaignId(),
                false,
                scheduled ? member.opening() : null);
    }

    private Member submit(Campaign campaign, Member member, Proxy proxy, UpgradeAdvice advice, boolean scheduled) {
        var submission = submission(member, proxy, advice.target().orElse(campaign.target()), scheduled);
        // Before its first event, which is to find its member.
        var named = member.with(submission.jobId().orElseThrow());
        if (scheduled) store.write(named.in(State.PLANNED, "", clock.instant()));
        return switch (upgrades.submit(submission)) {
            case Admission.Admitted admitted ->
                scheduled
                        ? becomes(campaign, named, State.DELIVERED, "")
                        : store.member(member.id()).orElseThrow();
            case Admission.Refused refused ->
                becomes(campaign, member.again(false), State.NEEDS_OPERATOR, Check.sentences(refused.blockers()));
        };
    }

    /** In one transaction with what its contacts are told; not if its task was quicker. */
    private Member becomes(Campaign campaign, Member member, State state, String why) {
        var now = clock.instant();
        var after = member.in(state, why, now);
        var written = new Member[] {after};
        sql.together(() -> {
            var before = store.locked(member.id()).orElseThrow();
            var overtaken = state == State.DELIVERED && before.state() != State.PLANNED;
            written[0] = overtaken ? before : after;
            if (!overtaken) {
                store.write(after);
                notices.changed(campaign, before, after, now);
            }
        });
        return written[0];
    }

    boolean hasToWithdraw(Campaign campaign) {
        return !store.toWithdraw(campaign.id(), 1).isEmpty();
    }

    /** @throws Upgrades.TemporalUnavailable if some could not be withdrawn */
    void withdraw(Campaign campaign, Runnable alive) {
        each(
                store.toWithdraw(campaign.id(), PAGE),
                member -> {
                    var job = member.jobId();
                    if (job != null) {
                        upgrades.command(job, Command.CANCEL, null, campaign.note(), "campaign " + campaign.id());
                    }
                    becomes(campaign, member, State.CANCELLED, campaign.note());
                },
                alive);
    }
}
