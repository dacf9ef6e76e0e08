package dev.changeover.upgrade.workflow;

import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Progress;
import java.util.stream.Collectors;

/** The upgrade's state in Markdown, as Temporal's Web UI and {@code temporal workflow metadata} show it. */
final class Runbook {
    private Runbook() {}

    static String of(Progress progress) {
        var nodes = progress.nodes().stream().map(node -> line(progress, node)).collect(Collectors.joining("\n"));
        return """
                **%s → %s** of proxy `%s`, job `%s`

                Phase **%s**%s, %d %% of the nodes serve the target. Next: %s
                %s
                %s
                """.formatted(
                        progress.from(),
                        progress.target(),
                        progress.request().proxyId(),
                        progress.request().jobId(),
                        progress.phase(),
                        progress.paused() ? " (paused)" : "",
                        progress.percent(),
                        progress.next(),
                        window(progress),
                        nodes);
    }

    private static String window(Progress progress) {
        var schedule = progress.schedule();
        if (schedule == null) {
            return "";
        }
        return "\nMaintenance window %s: %s\n"
                .formatted(
                        schedule.window(),
                        schedule.lifted()
                                ? "not waited for any more, somebody said `start-now`"
                                : "%s to %s"
                                        .formatted(
                                                schedule.opening().opens(),
                                                schedule.opening().closes()));
    }

    private static String line(Progress progress, NodeProgress node) {
        var held = node.held();
        return "- `%s` (%s) %s, runs %s%s"
                .formatted(
                        node.node().name(),
                        node.node().role().name().toLowerCase(java.util.Locale.ROOT),
                        node.step(),
                        node.runs(),
                        held == null ? "" : " — **held**: %s Say %s.".formatted(held, decisions(progress, node)));
    }

    private static String decisions(Progress progress, NodeProgress held) {
        return NodeJournal.anyOf(Command.decisions(progress, held.node().nodeId()).stream()
                .map("`%s`"::formatted)
                .toList());
    }
}
