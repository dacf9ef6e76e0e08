package dev.changeover.demo;

import dev.changeover.node.NodeState;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Progress;
import java.util.List;
import java.util.Locale;

/** The screen's rows for a running upgrade. */
final class DemoRows {
    private DemoRows() {}

    static List<Screen.Row> of(Progress progress, DemoNodes nodes) {
        return nodes.nodes().stream().map(node -> row(progress, node)).toList();
    }

    private static Screen.Row row(Progress progress, DemoNodes.DemoNode node) {
        var state = node.look();
        int fresh = sessions(state, true);
        return progress.nodes().stream()
                .filter(each -> each.node().nodeId().equals(node.id()))
                .map(each -> new Screen.Row(node.id(), words(each), done(each.step()), fresh, sessions(state, false)))
                .findFirst()
                .orElseGet(() -> new Screen.Row(node.id(), "waiting", 0, fresh, 0));
    }

    private static String words(NodeProgress node) {
        return node.held() == null
                ? node.step().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                : "held: " + node.held();
    }

    private static double done(Step step) {
        return switch (step) {
            case WAITING, SKIPPED -> 0;
            case STAGING -> 0.1;
            case STAGED -> 0.2;
            case HANDING_OVER -> 0.4;
            case WATCHING -> 0.6;
            case SERVING, RETIRING -> 0.8;
            case RETIRED -> 0.9;
            case VERIFIED -> 1;
        };
    }

    private static int sessions(NodeState state, boolean serving) {
        return state.generations().stream()
                .filter(generation -> generation.serving() == serving)
                .mapToInt(NodeState.Generation::sessions)
                .sum();
    }
}
