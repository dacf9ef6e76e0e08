package dev.changeover.api.upgrades;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.changeover.api.Times;
import dev.changeover.node.NodeState;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradePlan;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.UpgradeAdvice;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The effect of an upgrade, without doing it.
 *
 * @param targetVersion null when the catalogue has no target, or an older one only
 * @param checks every precheck with its verdict
 * @param nodes in the order in which they would be upgraded
 * @param opening in which it would begin; null upon submission
 * @param sessionsOver24h those past the age limit, which would be closed, one by one (REQUIREMENTS S14)
 * @param ageLimitSeconds 24 hours unless set
 */
record PlanAnswer(
        String currentVersion,
        @Nullable String targetVersion,
        boolean canUpgrade,
        List<CheckAnswer> checks,
        List<PlannedNode> nodes,
        long estimateSeconds,
        @Nullable OpeningAnswer opening,
        int sessions,
        @JsonProperty("sessions_over_24h") int sessionsOver24h,
        long ageLimitSeconds) {

    static PlanAnswer of(UpgradeAdvice advice, boolean isDelayed, UpgradeSettings settings) {
        var steps = advice.plan().map(UpgradePlan::nodes).orElse(List.of());
        var nodes = steps.stream()
                .map(step -> PlannedNode.of(step, sight(advice, step.nodeId())))
                .toList();
        return new PlanAnswer(
                advice.current().toString(),
                advice.target().map(Object::toString).orElse(null),
                advice.canUpgrade(),
                advice.checks().stream().map(CheckAnswer::of).toList(),
                nodes,
                advice.estimate().toSeconds(),
                isDelayed ? OpeningAnswer.of(advice.schedule()) : null,
                states(advice).mapToInt(NodeState::sessions).sum(),
                states(advice).mapToInt(PlanAnswer::overAge).sum(),
                settings.ageLimit().toSeconds());
    }

    private static @Nullable NodeSight sight(UpgradeAdvice advice, String nodeId) {
        return advice.nodes().stream()
                .filter(sight -> sight.nodeId().equals(nodeId))
                .findFirst()
                .orElse(null);
    }

    private static Stream<NodeState> states(UpgradeAdvice advice) {
        return advice.nodes().stream().flatMap(sight -> Stream.ofNullable(sight.state()));
    }

    private static int overAge(NodeState state) {
        return state.generations().stream()
                .mapToInt(NodeState.Generation::overAge)
                .sum();
    }

    /** When the maintenance window opens for it. */
    record OpeningAnswer(String window, String opens, String closes) {
        static OpeningAnswer of(Schedule schedule) {
            return new OpeningAnswer(
                    schedule.window(),
                    Times.of(schedule.opening().opens()),
                    Times.of(schedule.opening().closes()));
        }
    }

    /** One precheck: a stable name, the published code it refuses with, and a sentence with the value that decided it. */
    record CheckAnswer(String name, boolean passed, String code, String sentence) {
        static CheckAnswer of(Check check) {
            return new CheckAnswer(
                    check.blocker().name(), check.passed(), check.blocker().code(), check.sentence());
        }
    }

    /** @param kind MYSQL: the check user logs in through it; OTHER: its checks alone prove it */
    record PlannedBackend(String name, String kind) {
        static PlannedBackend of(NodeState.Backend backend) {
            return new PlannedBackend(backend.name(), backend.kind().name());
        }
    }

    /**
     * One node.
     *
     * @param silence why its agent did not answer; empty when it did
     * @param sessions null when its agent did not answer
     * @param backends that clients can reach, and what proves each after the handover
     */
    record PlannedNode(
            String nodeId,
            String name,
            String role,
            String from,
            long estimateSeconds,
            @Nullable Integer sessions,
            @JsonProperty("sessions_over_24h") @Nullable Integer sessionsOver24h,
            List<String> warnings,
            List<PlannedBackend> backends,
            String silence) {

        static PlannedNode of(UpgradePlan.NodeStep step, @Nullable NodeSight sight) {
            var state = sight == null ? null : sight.state();
            return new PlannedNode(
                    step.nodeId(),
                    step.name(),
                    step.role().name(),
                    step.from().toString(),
                    step.estimate().toSeconds(),
                    state == null ? null : state.sessions(),
                    state == null ? null : overAge(state),
                    state == null ? List.of() : state.warnings(),
                    state == null
                            ? List.of()
                            : state.backends().stream().map(PlannedBackend::of).toList(),
                    sight == null ? "" : sight.silence());
        }
    }
}
