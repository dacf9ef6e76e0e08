package dev.changeover.api.campaigns;

import dev.changeover.api.Times;
import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Plan;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.WaveCounts.Behind;
import dev.changeover.campaign.WaveCounts.Count;
import dev.changeover.notify.NoticeList.Unreached;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What operators are shown of campaigns. */
final class CampaignAnswers {
    private CampaignAnswers() {}

    /** Some campaigns, newest first, and how many there are. */
    record Listing(List<One> campaigns, int totalCount) {}

    /**
     * A campaign.
     *
     * @param stage the wave at work, from 1; 0 before it is started
     * @param reason why the version is left, for owners
     * @param note why it is in its status
     * @param deadline until then owners choose when
     * @param members how many of them are in which status
     * @param waves the same by wave
     * @param stragglers why members stay behind: the most frequent reasons first, at most 20
     * @param nobodyToTell of how many members there is nobody to tell, or a notice cannot be read
     * @param notReached of how many members a notice was bounced, refused, given up, or switched off
     */
    record One(
            String id,
            String engine,
            String version,
            String targetVersion,
            String level,
            String status,
            int stage,
            String reason,
            String note,
            String createdBy,
            String createdAt,
            @Nullable String startedAt,
            String deadline,
            @Nullable String endedAt,
            Map<String, Integer> members,
            List<Wave> waves,
            List<Straggling> stragglers,
            int nobodyToTell,
            int notReached,
            Rules rules) {
        static One of(Campaign campaign, List<Count> standing, List<Behind> behind, Unreached unreached) {
            var strategy = campaign.plan();
            var count = standing.stream().mapToInt(Count::stage).max().orElse(0);
            return new One(
                    campaign.id(),
                    campaign.engine(),
                    campaign.version().toString(),
                    campaign.target().toString(),
                    campaign.level().name(),
                    campaign.state().name(),
                    campaign.stage(),
                    campaign.reason(),
                    campaign.note(),
                    campaign.createdBy(),
                    Times.of(campaign.createdAt()),
                    Times.ofNullable(campaign.startedAt()),
                    Times.of(campaign.deadline()),
                    Times.ofNullable(campaign.endedAt()),
                    sums(standing),
                    IntStream.rangeClosed(1, count)
                            .mapToObj(stage -> Wave.of(
                                    stage,
                                    strategy,
                                    standing.stream()
                                            .filter(one -> one.stage() == stage)
                                            .toList()))
                            .toList(),
                    behind.stream().map(Straggling::of).toList(),
                    unreached.nobody(),
                    unreached.undelivered(),
                    Rules.of(strategy));
        }

        private static Map<String, Integer> sums(List<Count> standing) {
            var sums = new TreeMap<String, Integer>();
            standing.forEach(one -> sums.merge(one.state().name(), one.many(), Integer::sum));
            return sums;
        }
    }

    /** How many members stay behind in a status for a reason, which may be empty. */
    record Straggling(String status, String reason, int members) {
        static Straggling of(Behind behind) {
            return new Straggling(behind.state().name(), behind.reason(), behind.many());
        }
    }

    /** A wave and how many of its members are in which status. */
    record Wave(int stage, String size, boolean approval, long soakSeconds, Map<String, Integer> members) {
        static Wave of(int stage, Strategy strategy, List<Count> standing) {
            var rule = strategy.waves().get(stage - 1);
            return new Wave(
                    stage, rule.size().toString(), rule.approval(), rule.soak().toSeconds(), One.sums(standing));
        }
    }

    /** How it goes; a snapshot. */
    record Rules(int atOnce, int perProject, int perMinute, String tolerated, long leadTimeSeconds, long apartDays) {
        static Rules of(Strategy strategy) {
            return new Rules(
                    strategy.atOnce(),
                    strategy.perProject(),
                    strategy.perMinute(),
                    strategy.tolerated().toString(),
                    strategy.leadTime().toSeconds(),
                    strategy.apart().toDays());
        }
    }

    /**
     * A dry run.
     *
     * @param lastExecuteTime when the last upgrade is expected to begin; null where none can
     * @param totalCount how many proxies it has
     * @param members the first ones, by wave
     * @param needsOperator the first ones that cannot be upgraded by themselves, and why
     */
    record Planned(
            String version,
            String targetVersion,
            String level,
            String deadline,
            @Nullable String lastExecuteTime,
            int totalCount,
            int needsOperatorCount,
            List<PlannedWave> waves,
            List<Entry> members,
            List<Entry> needsOperator) {
        static Planned of(Plan plan, int most) {
            var campaign = plan.campaign();
            var without = plan.members().stream()
                    .filter(member -> member.state() == Member.State.NEEDS_OPERATOR)
                    .toList();
            return new Planned(
                    campaign.version().toString(),
                    campaign.target().toString(),
                    campaign.level().name(),
                    Times.of(campaign.deadline()),
                    plan.last().map(Times::of).orElse(null),
                    plan.members().size(),
                    without.size(),
                    plan.waves().stream().map(PlannedWave::of).toList(),
                    plan.members().stream().limit(most).map(Entry::of).toList(),
                    without.stream().limit(most).map(Entry::of).toList());
        }
    }

    /** A wave, with when its first and last upgrade is expected to begin. */
    record PlannedWave(
            int stage,
            int members,
            int needsOperator,
            @Nullable String firstExecuteTime,
            @Nullable String lastExecuteTime) {
        static PlannedWave of(Plan.Wave wave) {
            return new PlannedWave(
                    wave.stage(),
                    wave.members(),
                    wave.needsOperator(),
                    wave.first().map(Times::of).orElse(null),
                    wave.last().map(Times::of).orElse(null));
        }
    }

    /** Some members, by wave. */
    record Members(List<Entry> members, int totalCount) {}

    /**
     * A proxy in a campaign.
     *
     * @param id of the planned event that its owner sees
     * @param reason why it is in its status; may be empty
     * @param jobId its task; null before it was delivered
     */
    record Entry(
            String id,
            String projectId,
            String instanceId,
            String instanceName,
            String proxyId,
            String proxyName,
            int stage,
            String status,
            String reason,
            @Nullable String jobId,
            @Nullable String executeTime,
            @Nullable String endedAt) {
        static Entry of(Member member) {
            return new Entry(
                    member.id(),
                    member.projectId(),
                    member.instanceId(),
                    member.instanceName(),
                    member.proxyId(),
                    member.proxyName(),
                    member.stage(),
                    member.state().name(),
                    member.reason(),
                    member.jobId(),
                    Times.ofNullable(member.executeAt()),
                    Times.ofNullable(member.endedAt()));
        }
    }
}
