package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.inventory.Node;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpgradePlanTest {

    @Test
    void takes_standbys_by_name_before_the_primary() {
        var proxy = Scene.proxy(
                Scene.PROXY,
                List.of(
                        Scene.node("b", Node.Role.STANDBY, ScriptedNodes.OLD),
                        Scene.node("a", Node.Role.PRIMARY, ScriptedNodes.OLD),
                        Scene.node("d", Node.Role.STANDBY, ScriptedNodes.OLD),
                        Scene.node("c", Node.Role.STANDBY, ScriptedNodes.OLD)));

        var plan = UpgradePlan.of(proxy, ScriptedNodes.NEW, Duration.ZERO);

        assertThat(plan.nodes()).extracting(UpgradePlan.NodeStep::name).containsExactly("b", "c", "d", "a");
        assertThat(plan.from()).isEqualTo(ScriptedNodes.OLD);
        assertThat(plan.target()).isEqualTo(ScriptedNodes.NEW);
    }

    @Test
    void leaves_out_nodes_that_run_the_target_already() {
        var proxy = Scene.proxy(
                Scene.PROXY,
                List.of(
                        Scene.node("n1", Node.Role.PRIMARY, ScriptedNodes.OLD),
                        Scene.node("n2", Node.Role.STANDBY, ScriptedNodes.NEW)));

        var plan = UpgradePlan.of(proxy, ScriptedNodes.NEW, Duration.ZERO);

        assertThat(plan.nodes()).extracting(UpgradePlan.NodeStep::nodeId).containsExactly("n1");
    }

    @Test
    void estimates_the_sum_of_its_nodes() {
        var plan = UpgradePlan.of(Scene.proxy(Scene.PROXY, Scene.nodes(4)), ScriptedNodes.NEW, Duration.ofSeconds(75));

        assertThat(plan.estimate()).isEqualTo(Duration.ofSeconds(4 * (15 + 60)));
    }

    @Test
    void refuses_settings_that_mean_nothing() {
        var second = Duration.ofSeconds(1);

        assertThatThrownBy(() -> new UpgradeSettings(second.negated(), second, second, second, second, 20))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UpgradeSettings(second, second.negated(), second, second, second, 20))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UpgradeSettings(second, second, Duration.ZERO, second, second, 20))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UpgradeSettings(second, second, second, Duration.ZERO, second, 20))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
