package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which command an upgrade allows where it stands; the same table is in its document. */
class CommandTest {

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "ADMISSION, running,  PAUSE STOP",
        "PRECHECK,  running,  PAUSE STOP",
        "STAGING,   running,  PAUSE STOP",
        "STAGING,   paused,   RESUME STOP",
        "STAGING,   held,     PAUSE RETRY STOP",
        "NODES,     running,  PAUSE STOP",
        "NODES,     paused,   RESUME STOP",
        "NODES,     held,     PAUSE RETRY SKIP STOP",
        "NODES,     stopping, PAUSE",
        "RETIRING,  running,  PAUSE",
        "RETIRING,  paused,   RESUME",
        "RETIRING,  held,     PAUSE RETRY SKIP",
        "VERIFYING, running,  ''",
        "VERIFYING, paused,   RESUME",
        "VERIFYING, held,     RETRY SKIP",
        "ENDED,     running,  ''"
    })
    void allows(Phase phase, String state, String expected) {
        var progress = progress(phase, state);

        var allowed = Arrays.stream(Command.values())
                .filter(command -> command.refusedBy(progress, order(null)).isEmpty())
                .map(Command::name)
                .collect(Collectors.joining(" "));

        assertThat(allowed).isEqualTo(expected);
    }

    @Test
    void asks_which_node_is_meant_when_several_are_held() {
        var progress = progress(Phase.RETIRING, "held").node("n3", node -> node.holding("too"));

        assertThat(Command.RETRY.refusedBy(progress, order(null)))
                .contains("several nodes are held, say which: n2, n3");
        assertThat(Command.RETRY.refusedBy(progress, order("n3"))).isEmpty();
        assertThat(Command.SKIP.refusedBy(progress, order("n1"))).contains("node n1 is not held; held: n2, n3");
    }

    @Test
    void hears_nothing_that_is_meant_for_another_job() {
        var progress = progress(Phase.NODES, "held");
        var other = new Order("job-2", null, "because", "bob");

        assertThat(Command.values())
                .allSatisfy(command -> assertThat(command.refusedBy(progress, other))
                        .contains("job job-2 is not running on this proxy, job job-1 is"));
    }

    static Order order(@Nullable String nodeId) {
        return new Order("job-1", nodeId, "because", "bob");
    }

    static Progress progress(Phase phase, String state) {
        var plan = UpgradePlan.of(Scene.proxy(Scene.PROXY, Scene.nodes(3)), ScriptedNodes.NEW);
        var there = Progress.of(Requests.of("job-1"))
                .nodes(plan.nodes().stream().map(NodeProgress::of).toList())
                .at(phase, "whatever comes");
        return switch (state) {
            case "paused" -> there.paused(true);
            case "stopping" -> there.stopped();
            case "held" -> there.node("n2", node -> node.holding("it failed"));
            default -> there;
        };
    }
}
