package dev.changeover.node.adoption;

import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.StartedBy;
import dev.changeover.haproxy.configuration.ConfigurationFiles;
import dev.changeover.haproxy.configuration.GraceTime;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.inventory.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an adoption will do, and what will be different afterwards, for people. */
record PlanSentences(RunningProxy proxy, List<Path> files, OperatorConfiguration text) {
    /** The kernel counts starts of processes in ticks since its own, which it knows to a second. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

    List<String> steps(KernelVersion version, Path kernels, Optional<? extends FormerOwner> unit) throws IOException {
        var steps = new ArrayList<String>();
        steps.add("keep the program of process %d as kernel %s in %s".formatted(proxy.worker(), version, kernels));
        unit.ifPresent(owner -> steps.add(owner.plan()));
        // Conditions of the file may decide where.
        var addresses = text.addresses().isEmpty() ? proxy.addresses() : text.addresses();
        steps.add("start the same kernel beside it with copies of its listening sockets%s, and prove it"
                .formatted(addresses.isEmpty() ? "" : " on " + addresses));
        steps.add("let process %d stop accepting%s; its %d connections stay, %s"
                .formatted(proxy.worker(), grace(), proxy.connections(), fate()));
        return steps;
    }

    private String grace() {
        return GraceTime.of(text).isPositive()
                ? ", which it does %d s later, as 'grace' in %s says, and is waited for"
                        .formatted(GraceTime.of(text).toSeconds(), files.getFirst())
                : "";
    }

    private static String again(StartedBy starter) {
        return "process %d (%s), which started HAProxy, %s it again when that has ended with its last session, with listening sockets of its own beside this node's, where connections are lost: %s"
                .formatted(
                        starter.pid(),
                        starter.name(),
                        starter.isSupervisor() ? "starts" : "may start",
                        starter.advice());
    }

    /** What can be done about the connections that the old one keeps. */
    private String fate() {
        return switch (proxy.door(text.text())) {
            case MASTER_SOCKET ->
                "are seen and closed by age through %s, and end by themselves"
                        .formatted(proxy.masterSocket().orElseThrow().path());
            case MASTER_PAIR ->
                "are seen and closed by age through its master %d, and end by themselves"
                        .formatted(proxy.master().orElseThrow());
            case KEPT_CONNECTION ->
                "are seen and closed by age through a connection to %s that is opened before, and end by themselves"
                        .formatted(proxy.ownSocket(text.text()).orElseThrow().path());
            case NONE ->
                "are counted and end by themselves; they cannot be listed or closed, because it has neither a master nor a 'stats socket' of 'level admin' that answers, and retirement waits for the last of them";
        };
    }

    /** @param unit that is held, and starts nothing any more */
    List<String> warnings(AdoptionLosses losses, Optional<? extends FormerOwner> unit) throws IOException {
        var warnings = new ArrayList<>(losses.inSentences());
        var starter = unit.isPresent() ? Optional.<StartedBy>empty() : proxy.startedBy();
        starter.map(PlanSentences::again).ifPresent(warnings::add);
        for (var changed : ConfigurationFiles.of(files)) {
            if (Files.getLastModifiedTime(changed)
                    .toInstant()
                    .isAfter(proxy.startedAt().plus(CLOCKS_DIFFER))) {
                warnings.add("%s was changed after HAProxy was started: what is served from now on is the file"
                        .formatted(changed));
            }
        }
        return warnings;
    }
}
