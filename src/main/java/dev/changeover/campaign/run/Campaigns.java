package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Campaign.State;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Level;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Plan;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.Refused.Why;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.WaveCounts;
import dev.changeover.campaign.Wish;
import dev.changeover.campaign.plan.CampaignPlanner;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door to campaigns for everything outside. What operators say is written into rows and holds at once, also while
 * Temporal is away; the workflow is told to look at them. Safe for concurrent use.
 */
@Singleton
public class Campaigns {
    private static final Logger LOG = LoggerFactory.getLogger(Campaigns.class);

    private final Sql sql;
    private final CampaignStore store;
    private final WaveCounts counts;
    private final CampaignPlanner planner;
    private final MemberNotices notices;
    private final MemberChanges changes;
    private final Latecomers latecomers;
    private final UnusedPlaces unused;
    private final CampaignRuns runs;
    private final CampaignSettings settings;
    private final Clock clock;

    Campaigns(
            Sql sql,
            CampaignStore store,
            WaveCounts counts,
            CampaignPlanner planner,
            MemberNotices notices,
            MemberChanges changes,
            Latecomers latecomers,
            UnusedPlaces unused,
            CampaignRuns runs,
            CampaignSettings settings,
            Clock clock) {
        this.sql = sql;
        this.store = store;
        this.counts = counts;
        this.planner = planner;
        this.notices = notices;
        this.changes = changes;
        this.latecomers = latecomers;
        this.unused = unused;
        this.runs = runs;
        this.settings = settings;
        this.clock = clock;
    }

    public enum Order {
        START,
        APPROVE,
        PAUSE,
        RESUME,
        HALT
    }

    /** The strategy of campaigns that say nothing else. */
    public Strategy usual(Level level) {
        return settings.strategy(level);
    }

    /**
     * The dry run.
     *
     * @throws Refused with what speaks against it
     */
    public Plan plan(Wish wish) {
        var plan = planner.plan(wish);
        if (openFor(plan.campaign()).isPresent()) {
            throw open(plan.campaign());
        }
        return plan;
    }

    /** Plans a campaign that an operator can start; owners are not told yet. The same refusals. */
    public Campaign create(Wish wish) {
        var plan = plan(wish);
        if (!store.put(plan)) {
            throw open(plan.campaign());
        }
        return plan.campaign();
    }

    /** The same in the place of one that nobody has started; that one where it is no other. */
    Campaign replace(Campaign planned, Wish wish) {
        var plan = planner.plan(wish);
        var campaign = plan.campaign();
        if (campaign.level() == planned.level() && campaign.reason().equals(planned.reason())) {
            return planned;
        }
        if (!store.put(plan, planned.id())) {
            throw open(campaign);
        }
        return campaign;
    }

    private Refused open(Campaign campaign) {
        var which = openFor(campaign).map(open -> ": %s, which is %s".formatted(open.id(), open.state()));
        return new Refused(
                Why.NOT_NOW,
                "a campaign for %s %s is open already%s"
                        .formatted(campaign.engine(), campaign.version(), which.orElse("")));
    }

    private Optional<Campaign> openFor(Campaign campaign) {
        return store.openFor(String.valueOf(campaign.openFor()));
    }

    public Campaign campaign(String id) {
        return store.campaign(id)
                .orElseThrow(() -> new Refused(Why.UNKNOWN, "campaign %s does not exist".formatted(id)));
    }

    /** Newest first. */
    public List<Campaign> list(int offset, int limit) {
        return store.campaigns(offset, limit);
    }

    public int count() {
        return store.campaigns();
    }

    public List<WaveCounts.Count> standing(String id) {
        return counts.counts(id);
    }

    public List<WaveCounts.Behind> behind(String id) {
        return counts.behind(id);
    }

    /** By wave and position. */
    public List<Member> members(
            String id, Member.@Nullable State state, @Nullable Integer stage, int offset, int limit) {
        return store.members(id, state, stage, offset, limit);
    }

    /**
     * Says something to a campaign.
     *
     * @return the campaign as it is then
     * @throws Refused if there is none, or its state does not allow it; nothing was changed
     */
    public Campaign say(Order order, String id, String reason) {
        var campaign = campaign(id);
        switch (order) {
            case START -> start(campaign);
            case APPROVE -> change(id, order, State.AWAITING::equals, (it, now) -> it.nextStage(now));
            case PAUSE -> change(id, order, State::lets, (it, now) -> it.in(State.PAUSED, reason, now));
            case RESUME -> change(id, order, State.PAUSED::equals, (it, now) -> it.in(State.RUNNING, reason, now));
            case HALT -> {
                change(id, order, state -> !state.isOver(), (it, now) -> it.in(State.HALTED, reason, now));
                changes.cancelUndelivered(id);
            }
        }
        runs.wake(id, true);
        return campaign(id);
    }

    private void change(
            String id, Order order, Predicate<State> allowed, BiFunction<Campaign, Instant, Campaign> change) {
        store.withLocked(id, campaign -> {
            if (!allowed.test(campaign.state())) {
                throw notNow(order, campaign);
            }
            store.write(change.apply(campaign, clock.instant()));
        });
    }

    private static Refused notNow(Order order, Campaign campaign) {
        return new Refused(
                Why.NOT_NOW,
                "the campaign is %s, which does not allow to %s it"
                        .formatted(campaign.state(), order.name().toLowerCase(Locale.ROOT)));
    }

    /** Members and times are those of now, and owners are told, in one transaction. */
    private void start(Campaign planned) {
        if (planned.state() != State.PLANNED) {
            throw notNow(Order.START, planned);
        }
        var now = clock.instant();
        if (planned.deadline().isBefore(now.plus(planned.plan().leadTime()))) {
            throw new Refused(
                    Why.NOT_NOW,
                    "its deadline %s is before the end of its lead time: plan it anew".formatted(planned.deadline()));
        }
        var plan = planner.plan(planned);
        var started = new Plan(planned.nextStage(now), plan.members(), plan.waves());
        sql.together(() -> {
            if (!store.put(started)) {
                throw notNow(Order.START, campaign(planned.id()));
            }
            started.members().forEach(member -> notices.planned(started.campaign(), member, now));
        });
    }

    /**
     * Every campaign at work has its workflow, also after somebody ended it, and all proxies on its version, and no place
     * is kept for nobody; call it every minute.
     */
    public void look() {
        unused.giveBack();
        store.atWork().forEach(campaign -> {
            try {
                latecomers.join(campaign);
            } catch (RuntimeException failed) {
                LOG.error("campaign {} lets nobody join yet, the next look tries again", campaign.id(), failed);
            }
            runs.wake(campaign.id(), false);
        });
    }
}
