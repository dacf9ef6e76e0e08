package dev.changeover.campaign.plan;

import static dev.changeover.campaign.Member.State.NEEDS_OPERATOR;
import static dev.changeover.campaign.Member.State.PLANNED;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.Level;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Plan;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.Refused.Why;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.Wish;
import dev.changeover.campaign.plan.Candidates.Candidate;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Kernel.Lifecycle;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Proxy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says what a campaign would do; changes nothing. */
@Singleton
public final class CampaignPlanner {
    /** Why a proxy without contacts waits for an operator. */
    public static final String NOBODY = "nobody can be told of it: neither its instance nor its project has a contact";

    private final Candidates candidates;
    private final Inventory inventory;
    private final CampaignSettings settings;
    private final Clock clock;

    CampaignPlanner(Candidates candidates, Inventory inventory, CampaignSettings settings, Clock clock) {
        this.candidates = candidates;
        this.inventory = inventory;
        this.settings = settings;
        this.clock = clock;
    }

    /** @throws Refused with what is wrong in the wish */
    public Plan plan(Wish wish) {
        var now = clock.instant();
        var catalogue = inventory.kernels(wish.engine());
        var bad = bad(catalogue, wish.engine(), wish.version());
        var level = wish.level() != null ? wish.level() : level(bad.lifecycle());
        var strategy = wish.strategy() != null ? wish.strategy() : settings.strategy(level);
        var told = now.plus(strategy.leadTime()).truncatedTo(ChronoUnit.SECONDS);
        var deadline = wish.deadline() != null ? wish.deadline() : told.plus(level.choice());
        if (deadline.isBefore(told)) {
            throw new Refused(
                    Why.WRONG,
                    "deadline: %s is before owners have had their lead time, until %s".formatted(deadline, told));
        }
        var why = wish.reason() != null ? wish.reason() : bad.lifecycleReason();
        return members(new Campaign(
                UUID.randomUUID().toString(),
                Campaign.openFor(bad.engine(), bad.version()),
                bad.engine(),
                bad.version(),
                target(catalogue, bad),
                level,
                Campaign.State.PLANNED,
                0,
                Member.fitting(why),
                "",
                strategy.toJson(),
                wish.actor(),
                now,
                null,
                deadline,
                null,
                null,
                null));
    }

    /**
     * The same campaign on the fleet as it is now.
     *
     * @throws Refused if its version need not be left any more, or there is none to go to
     */
    public Plan plan(Campaign campaign) {
        var catalogue = inventory.kernels(campaign.engine());
        target(catalogue, bad(catalogue, campaign.engine(), campaign.version().toString()));
        return members(campaign);
    }

    private Plan members(Campaign campaign) {
        var strategy = campaign.plan();
        var all = candidates.on(campaign.engine(), campaign.version(), "");
        if (all.isEmpty()) {
            throw new Refused(Why.NOT_YET, "no proxy runs %s %s".formatted(campaign.engine(), campaign.version()));
        }
        var members = new ArrayList<Member>();
        var begins = clock.instant().plus(strategy.leadTime());
        var stage = 0;
        for (var wave : Waves.of(strategy, all, campaign.id())) {
            stage++;
            var planned = wave(campaign, wave, stage, 0, begins);
            members.addAll(planned);
            var soak = wave.isEmpty()
                    ? Duration.ZERO
                    : strategy.waves().get(stage - 1).soak();
            begins = planned.stream()
                    .map(Member::executeAt)
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .map(last -> last.plus(longest(wave)))
                    .orElse(begins)
                    .plus(soak);
        }
        return new Plan(campaign, members, Plan.waves(members, stage));
    }

    /**
     * Proxies that have come to the version since the campaign began, as further members of its last wave.
     *
     * @param members how many that wave has
     * @param begins when it is expected to begin; each has its lead time all the same
     */
    public List<Member> late(Campaign campaign, int stage, int members, @Nullable Instant begins) {
        var told = clock.instant().plus(campaign.plan().leadTime());
        var late = candidates.on(campaign.engine(), campaign.version(), campaign.id());
        return wave(campaign, late, stage, members, begins == null || begins.isBefore(told) ? told : begins);
    }

    private static Duration longest(List<Candidate> wave) {
        return wave.stream()
                .map(Candidate::estimate)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private List<Member> wave(Campaign campaign, List<Candidate> wave, int stage, int before, Instant begins) {
        var strategy = campaign.plan();
        var atOnce = Math.min(strategy.atOnce(), strategy.tolerated(wave.size()) + 1);
        var slots = new Slots(wave.size(), atOnce, strategy.perMinute(), longest(wave), settings.spread());
        var members = new ArrayList<Member>();
        for (int position = 0; position < wave.size(); position++) {
            var candidate = wave.get(position);
            var apart = campaign.level() == Level.CRITICAL ? null : free(candidate, strategy);
            var from = apart != null && apart.isAfter(begins) ? apart : begins;
            var slot = slots.of(position, candidate.window(), from, candidate.perNode());
            var obstacle = slot.isPresent()
                    ? obstacle(campaign, candidate)
                    : "no opening of %s is as long as a node takes, %d min"
                            .formatted(candidate.window(), candidate.perNode().toMinutes());
            members.add(member(campaign, candidate, stage, before + position, obstacle)
                    .at(obstacle.isEmpty() ? slot.orElse(null) : null));
        }
        return members;
    }

    /** When a proxy has been left alone for long enough. */
    private static @Nullable Instant free(Candidate candidate, Strategy strategy) {
        return candidate.forcedAt() == null ? null : candidate.forcedAt().plus(strategy.apart());
    }

    /** Why it cannot be upgraded by itself, as far as inventory knows; empty when it can. */
    private static String obstacle(Campaign campaign, Candidate candidate) {
        if (candidate.mode() == Proxy.Mode.SINGLE) {
            return "only HA or cluster proxies can be upgraded";
        }
        if (campaign.version().isOlderThan(Kernel.minimum(campaign.engine()))) {
            return "%s is below the engine's minimum %s"
                    .formatted(campaign.version(), Kernel.minimum(campaign.engine()));
        }
        if (candidate.unseen() > 0) {
            return "no agent has ever answered for %d of its %d nodes".formatted(candidate.unseen(), candidate.nodes());
        }
        return candidate.told() ? "" : NOBODY;
    }

    private Member member(Campaign campaign, Candidate candidate, int stage, int position, String obstacle) {
        var now = clock.instant();
        return new Member(
                Waves.id(campaign.id(), candidate.proxyId()),
                campaign.id(),
                candidate.projectId(),
                candidate.instanceId(),
                candidate.instanceName(),
                candidate.proxyId(),
                candidate.proxyName(),
                stage,
                position,
                obstacle.isEmpty() ? PLANNED : NEEDS_OPERATOR,
                obstacle,
                1,
                0,
                0,
                null,
                null,
                null,
                null,
                null,
                now,
                now);
    }

    private static Kernel bad(List<Kernel> catalogue, String engine, String wished) {
        KernelVersion version;
        try {
            version = KernelVersion.of(wished);
        } catch (IllegalArgumentException wrong) {
            throw new Refused(Why.WRONG, "version: " + wrong.getMessage());
        }
        var bad = catalogue.stream()
                .filter(kernel -> kernel.version().equals(version))
                .findFirst()
                .orElseThrow(
                        () -> new Refused(Why.WRONG, "version: the catalogue has no %s %s".formatted(engine, wished)));
        if (bad.lifecycle() == Lifecycle.ACTIVE) {
            throw new Refused(Why.NOT_NOW, "%s %s is ACTIVE: nobody has to leave it".formatted(bad.engine(), version));
        }
        return bad;
    }

    private static KernelVersion target(List<Kernel> catalogue, Kernel bad) {
        return Kernel.target(catalogue)
                .map(Kernel::version)
                .filter(bad.version()::isOlderThan)
                .orElseThrow(() -> new Refused(
                        Why.NOT_YET,
                        "the catalogue of %s has no ACTIVE version with a package that is newer than %s"
                                .formatted(bad.engine(), bad.version())));
    }

    private static Level level(Lifecycle lifecycle) {
        return switch (lifecycle) {
            case DEFECTIVE, OFFLINE -> Level.MAJOR;
            case RISKY, EXPIRED, ACTIVE -> Level.MINOR;
        };
    }
}
