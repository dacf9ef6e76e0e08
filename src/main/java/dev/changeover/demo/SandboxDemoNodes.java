package dev.changeover.demo;

import dev.changeover.host.Loopback;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.sandbox.SandboxFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three relays in this process, where two HAProxy versions are not to be had. */
record SandboxDemoNodes(String words, KernelToRun older, KernelToRun newer, List<DemoNode> nodes, SandboxFleet fleet)
        implements DemoNodes {

    static SandboxDemoNodes start(Path directory, Database database, String why) throws IOException {
        Files.createDirectories(directory);
        var older = SandboxFleet.pack(
                directory.resolve("2.24.12.000.kernel"), KernelVersion.of("2.24.12.000"), "sandbox-2.24.12");
        var newer = SandboxFleet.pack(
                directory.resolve("2.25.06.000.kernel"), KernelVersion.of("2.25.06.000"), "sandbox-2.25.06");
        var fleet = new SandboxFleet(directory);
        var nodes = new ArrayList<DemoNode>();
        for (var id : IDS) {
            var address = fleet.add(id, Loopback.freePort(), database.address(), Database.CHECK.user(), older);
            nodes.add(new DemoNode(id, address, fleet));
        }
        return new SandboxDemoNodes("sandbox relays, because " + why, older, newer, List.copyOf(nodes), fleet);
    }

    @Override
    public String engine() {
        return "sandbox";
    }

    @Override
    public void close() {
        fleet.close();
    }
}
