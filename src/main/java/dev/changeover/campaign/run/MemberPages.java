package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.database.Sql;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.engine.Upgrades;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers members and withdraws them, page by page; a page may be worked on twice. */
@Singleton
record MemberPages(
        CampaignStore store,
        Delivery delivery,
        MemberChanges changes,
        Upgrades upgrades,
        CampaignSettings settings,
        Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(MemberPages.class);
    private static final int PAGE = 50;

    /** Members that need an operator are looked at again after so many looks. */
    private static final int LOOKS = 120;

    /** After each task of theirs that came to nothing, it is after twice as long, up to so long. */
    private static final Duration LONGEST = Duration.ofDays(1);

    /** So many are told apart. */
    private static final int ATTEMPTS = 9;

    boolean hasToDeliver(Campaign campaign, boolean through) {
        return !next(campaign, through, 1).isEmpty();
    }

    /** Before a campaign ends, those that need an operator are looked at once more. */
    private List<Member> next(Campaign campaign, boolean through, int limit) {
        var now = clock.instant();
        var lastEnd = through ? store.lastEnd(campaign.id()) : Optional.<Instant>empty();
        var lookedBefore = IntStream.rangeClosed(1, ATTEMPTS)
                .mapToObj(attempt -> now.minus(pause(attempt)))
                .map(usual -> lastEnd.filter(usual::isBefore).orElse(usual))
                .toList();
        return store.toDeliver(campaign, now, lookedBefore, limit);
    }

    private Duration pause(int attempt) {
        var pause = settings.look().multipliedBy(LOOKS).multipliedBy(1L << (attempt - 1));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }

    /**
     * Delivers the next ones. One whose task cannot be made needs an operator: it would fail again and again, and neither
     * the next wave nor the verdict on this one waits for it.
     *
     * @param through whether none is left to wait for
     * @param alive told after each of them
     * @throws RuntimeException if some could not be delivered, because Temporal or the database is away; those that were
     *     stay so
     */
    void deliver(Campaign campaign, boolean through, Runnable alive) {
        each(next(campaign, through, PAGE), member -> deliver(campaign, member), alive);
    }

    private void deliver(Campaign campaign, Member member) {
        try {
            delivery.deliver(campaign, member);
        } catch (RuntimeException failure) {
            if (isAway(failure)) throw failure;
            LOG.error("campaign {} cannot make the task of {}", campaign.id(), member.proxyId(), failure);
            var now = store.member(member.id()).orElse(member);
            if (delivery.made(campaign, now).isPresent()) return;
            // The key is another's for good, and the next attempt has another one.
            var taken = failure instanceof Upgrades.KeyReused;
            changes.becomes(
                    campaign,
                    taken ? now.again(false) : now,
                    State.NEEDS_OPERATOR,
                    "its task cannot be made: " + (taken ? failure.getMessage() : "the server's log says why"));
        }
    }

    private static boolean isAway(RuntimeException failure) {
        return failure instanceof Upgrades.TemporalUnavailable || Sql.mayPass(failure);
    }

    /** One after the other: side by side they are no faster, and owners' calls wait longer. */
    private static void each(List<Member> members, Consumer<Member> work, Runnable alive) {
        RuntimeException first = null;
        for (var member : members) {
            try {
                work.accept(member);
            } catch (RuntimeException one) {
                if (isAway(one)) throw one;
                first = first == null ? one : first; // The others do not wait for this one.
            }
            alive.run();
        }
        if (first != null) {
            throw first;
        }
    }

    /** @throws RuntimeException if some could not be withdrawn */
    void withdraw(Campaign campaign, Runnable alive) {
        changes.cancelUndelivered(campaign.id());
        each(
                store.toWithdraw(campaign.id(), PAGE),
                member -> {
                    var job = member.jobId();
                    if (job != null) {
                        upgrades.command(job, Command.CANCEL, null, campaign.note(), "campaign " + campaign.id());
                    }
                    changes.becomes(campaign, member, State.CANCELLED, campaign.note());
                },
                alive);
    }
}
