package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.campaign.WaveCounts;
import dev.changeover.database.Sql;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.engine.ForcedUpgrades;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives campaigns' upgrades leave to begin. One row of the database is locked while it decides, and a place is free
 * again in the transaction that ends its task: so the budgets and the stop rule hold at every instant, whatever
 * crashes.
 */
@Singleton
record BudgetGate(Sql sql, CampaignStore store, WaveCounts counts, CampaignSettings settings, Clock clock)
        implements ForcedUpgrades {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /** So many ask again within a {@linkplain CampaignSettings#look look}, however many wait: the others have work to do. */
    private static final int ASK_AGAIN = 20;

    @Override
    public Optional<Wait> mayBegin(String jobId) {
        var now = clock.instant();
        return forced(jobId)
                .flatMap(member -> refusal(member, now))
                .map(reason -> new Wait(reason, settings.look().multipliedBy(1 + waiting(now) / ASK_AGAIN)));
    }

    /** How many are in their opening, and have no leave. */
    private int waiting(Instant now) {
        return sql.count("select count(*) from campaign_member where state = 'DELIVERED' and execute_at <= ?", now);
    }

    @Override
    public Optional<String> begin(String jobId) {
        return forced(jobId).flatMap(member -> leave(member, false, jobId));
    }

    /** The member whose task the campaign made; an owner's own upgrade needs no leave. */
    private Optional<Member> forced(String jobId) {
        return store.memberOf(jobId).filter(member -> member.state() != State.OWN && member.state() != State.DONE);
    }

    private Optional<String> leave(Member asking, boolean urgently, String jobId) {
        return sql.together(() -> {
            lock(sql);
            var member = store.locked(asking.id()).orElse(asking);
            if (hasChanged(asking, member, urgently)) {
                return Optional.of("it has changed meanwhile: it is %s%s"
                        .formatted(member.state(), member.reason().isEmpty() ? "" : ", " + member.reason()));
            }
            var refused = refusal(member, clock.instant());
            if (refused.isEmpty() && member.begunAt() == null) {
                // After what it was decided on, so that no row says that it began before another's end.
                store.write((urgently ? member.with(jobId) : member).begun(clock.instant(), urgently));
            } else if (refused.isEmpty() && !urgently && member.urgent() > 0) {
                // Its place is used now.
                store.write(member.in(member.state(), member.reason(), clock.instant()));
            }
            return refused;
        });
    }

    /** Cancelled, delivered, or begun by itself: who asks meant something else. */
    private static boolean hasChanged(Member asking, Member now, boolean urgently) {
        return now.begunAt() != null && asking.begunAt() == null
                ? urgently && now.urgent() == 0
                : now.attempt() != asking.attempt()
                        || now.state() != asking.state()
                        || !Objects.equals(now.jobId(), asking.jobId());
    }

    /** Until the transaction ends nobody else decides on places. */
    static void lock(Sql sql) {
        sql.first("select one from campaign_gate where one = 1 for update", row -> true);
    }

    /**
     * Takes a place for a member whose task is about to be made.
     *
     * @return why not; empty when it has it
     */
    Optional<String> reserve(Member member, String jobId) {
        return leave(member, true, jobId);
    }

    private Optional<String> refusal(Member member, Instant now) {
        if (member.begunAt() != null) {
            return Optional.empty();
        }
        var campaign = store.campaign(member.campaignId()).orElseThrow();
        if (!campaign.state().lets()) {
            return Optional.of("the campaign is %s".formatted(campaign.state()));
        }
        var strategy = campaign.plan();
        var running = store.running();
        if (running.size() >= strategy.atOnce()) {
            return Optional.of("%d forced upgrades run, as many as may".formatted(running.size()));
        }
        var inProject = running.stream()
                .filter(it -> it.projectId().equals(member.projectId()))
                .count();
        if (inProject >= strategy.perProject()) {
            return Optional.of("%d forced upgrades run in the project, as many as may".formatted(inProject));
        }
        var lately = lately(now);
        if (lately >= strategy.perMinute()) {
            return Optional.of("%d forced upgrades have begun within a minute, as many as may".formatted(lately));
        }
        return stopRule(member, running);
    }

    /** At once no more than failures are tolerated yet, and one. */
    private Optional<String> stopRule(Member member, List<Member> running) {
        var wave = running.stream()
                .filter(it -> it.campaignId().equals(member.campaignId()) && it.stage() == member.stage())
                .toList();
        var held = counts.count(member.campaignId(), member.stage(), State.HELD);
        var bad = counts.count(member.campaignId(), member.stage(), State.FAILED) + held;
        var left = counts.size(member).tolerated() - bad;
        var going = wave.stream().filter(it -> it.state() != State.HELD).count();
        return going <= left
                ? Optional.empty()
                : Optional.of("%d run in its wave, %d have failed or are held, and %d more failures are tolerated"
                        .formatted(going, bad, Math.max(0, left)));
    }

    private int lately(Instant now) {
        return sql.count("select count(*) from campaign_member where begun_at > ?", now.minus(A_MINUTE));
    }

    @Override
    public void standBack(String jobId) {
        giveBack(jobId, 0);
    }

    private void giveBack(String jobId, int urgent) {
        sql.change(
                "update campaign_member set state = 'DELIVERED', begun_at = null, urgent = 0 where job_id = ?"
                        + " and state = 'RUNNING' and urgent <= ?",
                jobId,
                urgent);
    }

    @Override
    public Optional<String> refuses(String jobId, Command command, @Nullable Instant start) {
        var found = store.memberOf(jobId).filter(member -> member.state() != State.DONE);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var member = found.get();
        var campaign = store.campaign(member.campaignId()).orElseThrow();
        if (member.state() == State.OWN) {
            return command == Command.RESCHEDULE && !campaign.state().isOver()
                    ? mayNotMove(campaign, start)
                    : Optional.empty();
        }
        return switch (command) {
            case CANCEL -> campaign.state().isOver() ? Optional.empty() : mayNotCancel(campaign, member);
            case RESCHEDULE -> mayNotMove(campaign, start);
            case START_NOW -> leave(member, true, jobId);
            case PAUSE, RESUME, RETRY, SKIP, STOP, CLOSE_REMAINING -> Optional.empty();
        };
    }

    /** Its campaign goes on, and would end or wait with it. */
    @Override
    public boolean isForced(String jobId) {
        return forced(jobId)
                .filter(member -> !member.state().isThrough())
                .flatMap(member -> store.campaign(member.campaignId()))
                .filter(campaign -> !campaign.state().isOver())
                .isPresent();
    }

    static Optional<String> mayNotCancel(Campaign campaign, Member member) {
        var allowed = campaign.level().cancellations();
        if (member.cancels() < allowed) {
            return Optional.empty();
        }
        return Optional.of(
                allowed == 0
                        ? "an upgrade that is CRITICAL cannot be cancelled; another time can be chosen until %s"
                                .formatted(campaign.deadline())
                        : "it was cancelled once already; another time can be chosen until %s"
                                .formatted(campaign.deadline()));
    }

    static Optional<String> mayNotMove(Campaign campaign, @Nullable Instant start) {
        return start == null || !start.isAfter(campaign.deadline())
                ? Optional.empty()
                : Optional.of("%s is after the deadline, %s".formatted(start, campaign.deadline()));
    }

    @Override
    public void unsaid(String jobId, Command command) {
        if (command == Command.START_NOW) giveBack(jobId, 1);
    }
}
