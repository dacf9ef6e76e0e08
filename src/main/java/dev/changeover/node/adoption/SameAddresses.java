package dev.changeover.node.adoption;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.KernelOfProcess;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.configuration.Ipv6Binds;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the HAProxy that a node is given back to would take over each listening socket. It reads the operator's file,
 * which may have been changed since, and its version may be another one: conditions of the file may hold for one alone.
 */
record SameAddresses(List<Path> files, FormerOwner owner) {

    /** Ours reads those lines with the word that is missing; theirs would bind sockets of its own beside ours. */
    void refuseUnrecognisable() throws IOException {
        var lines = Ipv6Binds.of(OperatorConfiguration.read(files).text());
        if (lines.isEmpty()) return;
        throw new IOException(
                "HAProxy does not recognise the sockets of '%s' in %s when it is given them: add 'v6only' there, which changes nothing else, and type this again"
                        .formatted(String.join("', '", lines), file()));
    }

    /** Clients of an address that it does not open would be refused. Asks it, and starts nothing. */
    void refuseFewer(Generation.Live serving) throws IOException, InterruptedException {
        var home = RunDirectory.homeOf(file());
        var served = KernelOfProcess.of(serving.worker())
                .program()
                .reading(serving.operatorConfiguration(), home)
                .addresses();
        var missing = new ArrayList<>(ListeningSockets.now().addressesOf(serving.worker()));
        missing.retainAll(served);
        missing.removeAll(theirs(home).addresses());
        if (missing.isEmpty()) return;
        throw new IOException(
                "%s would not listen on %s, where generation %d serves: see the '.if' lines of %s, which may hold for one version of HAProxy alone, and what was changed in it since the last 'agent reload'; nothing was started"
                        .formatted(owner.name(), missing, serving.number(), file()));
    }

    private OperatorConfiguration theirs(Path home) throws IOException, InterruptedException {
        try {
            return owner.program().reading(OperatorConfiguration.read(files), home);
        } catch (IOException refused) {
            throw new IOException(
                    "%s would not start: %s; nothing was started".formatted(owner.name(), Reason.of(refused)), refused);
        }
    }

    private Path file() {
        return files.getFirst();
    }
}
