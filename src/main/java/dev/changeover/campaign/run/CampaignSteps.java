package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member.State;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.WaveCounts;
import dev.changeover.campaign.run.Verdict.Wave;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The workflow's hands on the campaign's rows. */
@Singleton
record CampaignSteps(CampaignStore store, WaveCounts counts, MemberPages pages, CampaignSettings settings, Clock clock)
        implements CampaignActivities {
    /** The campaign as it is to be, and what is to be done then. */
    private record Decision(Campaign campaign, Step step) {}

    @Override
    public Step next(String campaignId) {
        var step = new AtomicReference<>(Step.END);
        store.withLocked(campaignId, campaign -> {
            var decision = decide(campaign);
            var after = decision.campaign();
            if (!after.equals(campaign)) {
                store.write(after);
            }
            step.set(decision.step());
        });
        return step.get();
    }

    @Override
    public void deliver(String campaignId) {
        store.campaign(campaignId)
                .filter(it -> it.state().lets())
                .ifPresent(campaign ->
                        pages.deliver(campaign, isThrough(campaign, waves(campaign)), CampaignSteps::alive));
    }

    @Override
    public void withdraw(String campaignId) {
        store.campaign(campaignId)
                .filter(it -> it.state() == Campaign.State.HALTED) // whoever reaches Temporal can ask for it
                .ifPresent(campaign -> pages.withdraw(campaign, CampaignSteps::alive));
    }

    private static void alive() {
        Activity.getExecutionContext().heartbeat(null);
    }

    @Override
    public void awaitChange(String campaignId) {
        var campaign = store.campaign(campaignId);
        var nothing = campaign.map(this::decide)
                .filter(decision -> decision.step() == Step.WAIT)
                .filter(decision -> decision.campaign().equals(campaign.orElseThrow()))
                .isPresent();
        if (nothing) {
            throw ApplicationFailure.newBuilder()
                    .setType("NOT_YET")
                    .setMessage("nothing has changed")
                    .setCategory(ApplicationErrorCategory.BENIGN)
                    .setNextRetryDelay(settings.look())
                    .build();
        }
    }

    private Decision decide(Campaign campaign) {
        var now = clock.instant();
        return switch (campaign.state()) {
            case PLANNED, DONE -> new Decision(campaign, Step.END);
            case HALTED -> new Decision(campaign, store.hasToWithdraw(campaign.id()) ? Step.WITHDRAW : Step.END);
            case PAUSED, RUNNING, AWAITING -> decide(campaign, waves(campaign), now);
        };
    }

    private Decision decide(Campaign campaign, List<Wave> waves, Instant now) {
        var broken = waves.stream().filter(Wave::isBroken).findFirst();
        if (broken.isPresent()) {
            var why = Verdict.of(broken.get()).sentence();
            return new Decision(campaign.in(Campaign.State.HALTED, why, now), Step.WITHDRAW);
        }
        if (!campaign.state().lets()) {
            return new Decision(campaign, Step.WAIT);
        }
        if (pages.hasToDeliver(campaign, isThrough(campaign, waves))) {
            return new Decision(campaign, Step.DELIVER);
        }
        return campaign.state() == Campaign.State.RUNNING
                ? wave(campaign, waves, now)
                : new Decision(campaign, Step.WAIT);
    }

    private static Decision wave(Campaign campaign, List<Wave> waves, Instant now) {
        var wave = waves.get(campaign.stage() - 1);
        if (campaign.stage() == waves.size()) {
            return isThrough(campaign, waves)
                    ? new Decision(campaign.in(Campaign.State.DONE, done(waves), now), Step.END)
                    : new Decision(campaign, Step.WAIT);
        }
        var rule = campaign.plan().waves().get(campaign.stage() - 1);
        var soakSince = campaign.soakSince();
        if (soakSince == null && wave.size() > 0) {
            var over = wave.isThrough() || !now.isBefore(latestSoak(campaign, rule));
            return new Decision(over ? campaign.soaking(now) : campaign, Step.WAIT);
        }
        if (soakSince != null && now.isBefore(soakSince.plus(rule.soak()))) {
            return new Decision(campaign, Step.WAIT);
        }
        var verdict = Verdict.of(wave);
        return switch (verdict.kind()) {
            case PASSED ->
                rule.approval()
                        ? new Decision(campaign.in(Campaign.State.AWAITING, verdict.sentence(), now), Step.WAIT)
                        : new Decision(campaign.nextStage(now), Step.DELIVER);
            case UNKNOWN -> new Decision(campaign.in(Campaign.State.AWAITING, verdict.sentence(), now), Step.WAIT);
            case FAILED -> new Decision(campaign.in(Campaign.State.HALTED, verdict.sentence(), now), Step.WITHDRAW);
        };
    }

    /** No wave waits for those that an operator has to help on: they stay where they are. */
    private static String done(List<Wave> waves) {
        var left =
                waves.stream().mapToInt(wave -> wave.in(State.NEEDS_OPERATOR)).sum();
        return "every member is through" + (left == 0 ? "" : ", %d of them left to an operator".formatted(left));
    }

    /** Whether no member of any wave is left to wait for. */
    private static boolean isThrough(Campaign campaign, List<Wave> waves) {
        return campaign.stage() == waves.size() && waves.stream().allMatch(Wave::isThrough);
    }

    /** Stragglers hold nobody up for longer; nothing can happen in the first wave before its lead time. */
    private static Instant latestSoak(Campaign campaign, Strategy.Wave rule) {
        var since = campaign.stageSince() == null ? campaign.createdAt() : campaign.stageSince();
        return since.plus(rule.atMost())
                .plus(campaign.stage() == 1 ? campaign.plan().leadTime() : Duration.ZERO);
    }

    private List<Wave> waves(Campaign campaign) {
        var standing = counts.counts(campaign.id());
        return counts.sizes(campaign.id()).stream()
                .map(size -> {
                    var members = new EnumMap<State, Integer>(State.class);
                    standing.stream()
                            .filter(count -> count.stage() == size.stage())
                            .forEach(count -> members.put(count.state(), count.many()));
                    return new Wave(size.stage(), size.tolerated(), members);
                })
                .toList();
    }
}
