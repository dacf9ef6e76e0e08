package dev.changeover.upgrade.engine;

import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Proxy;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.Precheck;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradePlan;
import dev.changeover.upgrade.UpgradeSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/** Says what an upgrade of a proxy would be; starts nothing. */
record UpgradeAdvisor(LedgerActivities known, UpgradeSettings settings, Clock clock) {
    /** On what is known, and on what the agents said, if they were asked. */
    UpgradeAdvice advice(String proxyId, List<NodeSight> answers) {
        var facts = known.facts(proxyId, "");
        var sights = answers.stream()
                .map(sight -> sight.state() == null ? withLastWord(sight, facts.proxy()) : sight)
                .toList();
        var target = Kernel.offered(facts.catalogue(), facts.proxy().version());
        var perNode = known.perNode(proxyId, settings);
        var plan = target.map(version -> UpgradePlan.of(facts.proxy(), version, perNode));
        var onNodes = plan.stream()
                .flatMap(it -> it.nodes().stream())
                .flatMap(node -> sights.stream()
                        .filter(sight -> sight.nodeId().equals(node.nodeId()))
                        .flatMap(sight -> Precheck.node(node, sight).stream()))
                .toList();
        return new UpgradeAdvice(
                facts.proxy().version(),
                facts.catalogue().stream()
                        .filter(kernel -> kernel.version().equals(facts.proxy().version()))
                        .findFirst(),
                target,
                Precheck.together(Precheck.central(facts), onNodes),
                plan,
                plan.map(UpgradePlan::estimate).orElse(Duration.ZERO),
                Schedule.planned(facts.instance().window(), clock.instant(), perNode),
                facts.catalogue().stream()
                        .filter(kernel -> facts.proxy().version().isOlderThan(kernel.version()))
                        .filter(kernel -> facts.target().stream()
                                .noneMatch(newest -> newest.version().isOlderThan(kernel.version())))
                        .toList(),
                sights);
    }

    /** Since when nobody knows of it is the first thing to ask of an agent that is silent. */
    private static NodeSight withLastWord(NodeSight silent, Proxy proxy) {
        var lastWord = proxy.nodes().stream()
                .filter(node -> node.id().equals(silent.nodeId()))
                .flatMap(node -> Stream.ofNullable(node.observedAt()))
                .findFirst()
                .map(at -> "the last it told is of " + at.truncatedTo(ChronoUnit.SECONDS))
                .orElse("it has never told anything");
        return new NodeSight(silent.nodeId(), null, silent.silence() + "; " + lastWord);
    }
}
