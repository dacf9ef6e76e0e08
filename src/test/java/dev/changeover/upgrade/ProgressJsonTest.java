package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.node.HandOver;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.RetireProgress.Closing;
import dev.changeover.node.RetireProgress.Holder;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.Span;
import dev.changeover.upgrade.workflow.Requests;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import dev.changeover.window.Opening;
import io.temporal.common.converter.GlobalDataConverter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What histories and the ledger hold comes back as it was, with Temporal's own JSON. */
class ProgressJsonTest {
    private static final Instant NOW = Instant.parse("2026-03-29T01:30:00.123Z");

    static Stream<Object> everythingThatIsKept() {
        var fresh = Progress.of(Requests.of("job-1"));
        var check = Check.of(Blocker.NODE_PROBLEM, false, "n2: DISK_FULL, no room");
        return Stream.of(
                fresh,
                full(),
                full().result(Result.OPEN.refused(List.of(check), NOW)).ended(Outcome.REFUSED, NOW),
                full().result(Result.OPEN.serving(NOW)).paused(true).stopped(),
                full().schedule(schedule().asBegun().asLifted())
                        .kernel(new KernelToRun(
                                ScriptedNodes.OLD,
                                "2.3.9.1-1",
                                List.of(new KernelToRun.Source("amd64", "file:///k.tar.gz", "0".repeat(64)))))
                        .stale(true),
                new Admission.Admitted("job-1"),
                new Admission.Refused("job-1", List.of(check)),
                new CommandAnswer("no node is held", full()),
                new UpgradeActivities.Prepared(List.of(check), null, null, schedule(), List.of()),
                new CommandRequest("job-1", null, "because", "bob"),
                new CommandRequest(
                        "job-1",
                        "n2",
                        "because",
                        "bob",
                        schedule(),
                        List.of(new CommandRequest.Closing("n2", "s-1", 3))),
                new InspectWorkflow.InspectRequest("px-1", null));
    }

    private static Schedule schedule() {
        return new Schedule("02:00-06:00 Europe/Berlin", new Opening(NOW, NOW.plusSeconds(14_400)), false, false);
    }

    private static Progress full() {
        var proxy = Scene.proxy(Scene.PROXY, Scene.nodes(2));
        var plan = UpgradePlan.of(proxy, ScriptedNodes.NEW, Duration.ofSeconds(75));
        var state = new NodeState(
                "n2",
                "machine-2",
                NodeState.PROTOCOL,
                NOW,
                List.of(
                        new NodeState.Generation(2, ScriptedNodes.NEW, "2.6.12-4", true, 5, 0),
                        new NodeState.Generation(1, null, "?", false, 1, 1)),
                ScriptedNodes.NEW,
                List.of(new Problem(Problem.Kind.STILL_RETIRING, "wait")),
                List.of("a warning"),
                1L << 40,
                List.of(new NodeState.Backend("db", NodeState.Backend.Kind.MYSQL, false)),
                null,
                "1.2.3");
        var retired = new RetireProgress(
                "n2",
                0,
                3,
                0,
                new RetireProgress.Doing(0, 1, 0, 0),
                new Span(NOW, NOW.plusSeconds(3600)),
                List.of(new Holder("1-0x1.2-10.0.0.1:4711", "10.0.0.1:4711", 1, 90_000, State.BUSY, "app", null)),
                List.of(new Closing("10.0.0.2:4712", 1, 86_401, NOW)));
        return Progress.of(Requests.of("job-1"))
                .nodes(plan.nodes().stream().map(NodeProgress::of).toList())
                .at(Phase.RETIRING, "old sessions end")
                .node(
                        "n2",
                        node -> node.beganAt(NOW)
                                .heldFor(Duration.ofSeconds(7))
                                .handedOver(new HandOver(state, true, NOW, List.of(new HandOver.Part("start", 12))))
                                .servingAt(NOW)
                                .retired(retired)
                                .at(NodeProgress.Step.RETIRED)
                                .holding("NOT_VERIFIED on n2: two generations"))
                .node("n3", node -> node.decided(Command.RETRY))
                .after(EventKind.RETIRED);
    }

    @ParameterizedTest
    @MethodSource("everythingThatIsKept")
    void comes_back_as_it_was(Object kept) {
        var type = kept instanceof Admission ? Admission.class : kept.getClass();

        var converter = GlobalDataConverter.get();
        var back = converter.fromPayload(converter.toPayload(kept).orElseThrow(), type, type);

        assertThat(back).isEqualTo(kept);
    }
}
