package dev.changeover.node.check;

import dev.changeover.haproxy.configuration.SourcePorts;
import java.io.IOException;

/** Which backends are proven by a login to MySQL after a handover, and which by their checks alone. */
final class BackendCheck {
    private BackendCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException {
        var file = host.file();
        for (var backend : file.backends()) {
            var isSaid = host.configuration().backends().containsKey(backend);
            findings.ok(
                    "backend " + backend,
                    switch (host.proof().protocol(file, backend)) {
                        case MYSQL -> "MySQL by %s: a login proves it".formatted(isSaid ? "agent.toml" : "its checks");
                        case OTHER ->
                            "not MySQL by %s: its checks alone prove it"
                                    .formatted(isSaid ? "agent.toml" : "its mode, checks or lack of servers");
                        case UNSAID -> "its checks do not say: a login proves it if it greets as MySQL does";
                    });
        }
        for (var line : host.settings(line -> line.is("option") && line.word(1).equals("external-check"))) {
            findings.warning(
                    "option external-check",
                    "in %s: HAProxy forks for each of these checks, and may cut short connections when it does"
                            .formatted((line.kind() + " " + line.section()).strip()),
                    "check every 2 s or more rarely, or with 'option mysql-check' or 'option tcp-check'");
        }
        for (var server : SourcePorts.of(file)) {
            findings.warning(
                    server,
                    "'source' with ports lets each generation choose from the same ones: a connection fails where the old one uses its port",
                    "write the address without ports, and the kernel chooses a free one");
        }
        if (file.backends().isEmpty()) {
            findings.warning(
                    host.fileName(),
                    "it names no backend that is certain before HAProxy runs",
                    "a handover is proven by its addresses alone");
        }
    }
}
