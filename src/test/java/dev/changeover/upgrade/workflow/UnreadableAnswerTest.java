package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import io.temporal.activity.Activity;
import io.temporal.activity.DynamicActivity;
import io.temporal.common.converter.EncodedValues;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody who reaches Temporal answers for the agent of n2 what no agent says; or a later version's agent does. */
class UnreadableAnswerTest {
    private static final String NOTHING = "null";
    private static final String OTHERS = """
            {"nodeId": "n1", "machineId": "machine-of-n1", "protocol": 1, "observedAt": "2026-07-16T02:00:00Z",
             "generations": [], "problems": [], "warnings": [], "freeBytes": 1}""";

    /** PostgreSQL writes down no text with it. */
    private static final String WITH_A_NUL = """
            {"nodeId": "n2", "machineId": "a\\u0000", "protocol": 1, "observedAt": "2026-07-16T02:00:00Z",
             "generations": [], "problems": [], "warnings": [], "freeBytes": 1}""";

    private final SkippedTime scene = new SkippedTime();
    private final WorkerFactory liar = WorkerFactory.newInstance(scene.client);

    @AfterEach
    void end() {
        liar.shutdownNow();
        scene.close();
    }

    /** Answers one step so, and all others as the agent would. */
    private void answer(String step, String json) {
        scene.kill("n2");
        liar.newWorker("node:n2").registerActivitiesImplementations((DynamicActivity) order -> {
            var type = Activity.getExecutionContext().getInfo().getActivityType();
            return type.equals(step) ? parse(json) : honest(type, order);
        });
        liar.start();
    }

    private static JsonNode parse(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private Object honest(String type, EncodedValues order) {
        return switch (type) {
            case "NodeInspect" -> scene.nodes.inspect(order.get(0, NodeOrder.class));
            case "NodeStage" -> scene.nodes.stage(order.get(0, StageOrder.class));
            case "NodeHandOver" -> scene.nodes.handOver(order.get(0, HandOverOrder.class));
            case "NodeVerify" -> scene.nodes.verify(order.get(0, VerifyOrder.class));
            case "NodeRetire" -> scene.nodes.retire(order.get(0, RetireOrder.class));
            default -> throw new AssertionError(type);
        };
    }

    static Stream<Arguments> lies() {
        var steps = Stream.of("NodeStage", "NodeHandOver", "NodeVerify", "NodeRetire");
        return steps.flatMap(
                step -> Stream.of(NOTHING, "\"x\"", "12", "{}", "[]", "{\"generations\": null}", OTHERS, WITH_A_NUL)
                        .map(answer -> Arguments.of(step, answer)));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void holds_the_upgrade_until_the_agent_answers(String step, String answer) {
        answer(step, answer);
        var job = scene.submit();

        assertThat(scene.awaitHeld("n2"))
                .isEqualTo("NO_ANSWER on n2: the answer to %s is not one that an agent of this version gives"
                        .formatted(step));

        liar.shutdownNow();
        liar.awaitTermination(10, TimeUnit.SECONDS);
        scene.startAgent("n2");
        scene.say(Command.RETRY, job);

        assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {NOTHING, "\"x\"", OTHERS, WITH_A_NUL})
    void counts_as_no_look_at_the_node(String answer) {
        answer("NodeInspect", answer);

        assertThat(scene.upgrades.plan(Scene.PROXY).checks())
                .anySatisfy(check ->
                        assertThat(check.toString()).contains("NODE_UNREACHABLE", "the answer to NodeInspect"));
    }

    /** As an agent fails whose disk has become read-only. */
    @Test
    void a_failure_that_has_no_name_of_ours_is_told_without_that_of_java() {
        scene.kill("n2");
        liar.newWorker("node:n2").registerActivitiesImplementations((DynamicActivity) order -> {
            var type = Activity.getExecutionContext().getInfo().getActivityType();
            if (type.equals("NodeInspect")) return honest(type, order);
            throw new UncheckedIOException(
                    "/run/closings: Read-only file system" + ".".repeat(5_000), new IOException());
        });
        liar.start();
        scene.submit();

        assertThat(scene.awaitHeld("n2"))
                .startsWith("the agent of n2 broke off NodeStage: /run/closings: Read-only file system...")
                .endsWith(".…")
                .hasSizeLessThan(4_100);
    }
}
