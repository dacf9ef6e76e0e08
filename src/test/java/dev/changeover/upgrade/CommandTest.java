package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.upgrade.workflow.Requests;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import dev.changeover.window.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which command an upgrade allows where it stands; the same table is in its document. */
public class CommandTest {

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
        "PRECHECK,  scheduled,   PAUSE START_NOW RESCHEDULE CANCEL",
        "WAITING,   scheduled,   PAUSE START_NOW RESCHEDULE CANCEL",
        "WAITING,   started now, PAUSE CANCEL",
        "WAITING,   cancelled,   PAUSE",
        "STAGING,   scheduled,   PAUSE START_NOW RESCHEDULE CANCEL",
        "NODES,     scheduled,   PAUSE STOP START_NOW",
        "NODES,     started now, PAUSE STOP",
        "RETIRING,  scheduled,   PAUSE CLOSE_REMAINING",
        "RETIRING,  running,  PAUSE CLOSE_REMAINING",
        "RETIRING,  paused,   RESUME",
        "RETIRING,  held,     PAUSE RETRY SKIP CLOSE_REMAINING",
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
        var other = new CommandRequest("job-2", null, "because", "bob");

        assertThat(Command.values())
                .allSatisfy(command -> assertThat(command.refusedBy(progress, other))
                        .contains("job job-2 is not running on this proxy, job job-1 is"));
    }

    private static final Schedule SCHEDULE = new Schedule(
            "02:00-06:00 UTC", new Opening(Instant.EPOCH, Instant.EPOCH.plusSeconds(14_400)), false, false);

    public static CommandRequest order(@Nullable String nodeId) {
        return new CommandRequest("job-1", nodeId, "because", "bob");
    }

    public static UpgradePlan plan() {
        return UpgradePlan.of(Scene.proxy(Scene.PROXY, Scene.nodes(3)), ScriptedNodes.NEW, Duration.ofSeconds(75));
    }

    public static Progress progress(Phase phase, String state) {
        var there = Progress.of(Requests.of("job-1"))
                .nodes(plan().nodes().stream().map(NodeProgress::of).toList())
                .at(phase, "whatever comes");
        if (phase.compareTo(Phase.NODES) >= 0) {
            there = there.node("n2", node -> node.beganAt(Instant.EPOCH));
        }
        return switch (state) {
            case "paused" -> there.paused(true);
            case "stopping" -> there.stopped();
            case "held" -> there.node("n2", node -> node.holding("it failed"));
            case "scheduled" -> there.schedule(SCHEDULE);
            case "started now" -> there.schedule(SCHEDULE.asLifted());
            case "cancelled" -> there.schedule(SCHEDULE).stopped();
            default -> there;
        };
    }
}
