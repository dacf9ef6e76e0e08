package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.BindAddress;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.runtime.Answer;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.RuntimeChannel;
import dev.changeover.host.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One HAProxy tree of this host, as it was when somebody looked. */
public sealed interface Generation {

    GenerationDirectory directory();

    default int number() {
        return directory().number();
    }

    /**
     * Master and worker answered.
     *
     * @param version what the worker says it is, such as {@code 2.6.12-1+deb12u4}
     * @param stopping it no longer accepts and ends after its last session
     * @param connections open at that moment, those on its own runtime sockets included
     * @param channel to the worker; empty for an adopted one that cannot be asked, of which only this is known
     */
    record Live(
            GenerationDirectory directory,
            long master,
            long worker,
            String version,
            boolean stopping,
            int connections,
            Optional<RuntimeChannel> channel)
            implements Generation {

        /** Stops accepting and keeps the sessions. Repeating it is harmless. */
        public void stopAccepting() throws IOException, InterruptedException {
            var adopted = AdoptedProcess.in(directory);
            if (adopted.isPresent()) {
                adopted.get().stopAccepting();
            } else {
                RuntimeApi.stopAccepting(master);
            }
        }

        /** The same one, as one that listens nowhere: it accepts nothing. */
        public Live deaf() {
            return new Live(directory, master, worker, version, true, connections, channel);
        }

        /** The operator's file as the worker understood it, with the variables that it was given. */
        public OperatorConfiguration operatorConfiguration() throws IOException {
            return OperatorConfiguration.read(directory.operatorConfiguration(), ProcessTable.environment(worker));
        }

        /** Whether it cannot be asked. */
        public boolean isCounted() {
            return channel.isEmpty();
        }

        /** Addresses and ports of those that are connected to the addresses of its configuration. */
        public List<String> clients() throws IOException {
            var ports = operatorConfiguration().addresses().stream()
                    .map(BindAddress::port)
                    .toList();
            return TcpTable.connections(worker).stream()
                    .filter(connection -> ports.contains(connection.here().port()))
                    .map(connection -> connection.there().toString())
                    .toList();
        }

        /** Of one that can be asked. */
        public RuntimeApi api() {
            return new RuntimeApi(channel.orElseThrow(), worker);
        }
    }

    /** Nobody listens on its master socket: the tree has ended, only its directory is left. */
    record Dead(GenerationDirectory directory) implements Generation {}

    /** It did not say. It may hold sessions or even serve, so nothing may be concluded or changed. */
    record Unknown(GenerationDirectory directory, String why) implements Generation {}

    /** Looks at one generation: its master names the worker, the worker says what it is. */
    static Generation observe(GenerationDirectory directory) {
        try {
            var adopted = AdoptedProcess.in(directory);
            if (adopted.isPresent()) return adopted.get().observe(directory);
        } catch (IOException unreadable) {
            return new Unknown(directory, Reason.of(unreadable));
        }
        return switch (directory.masterSocket().ask("show proc")) {
            case Answer.Refused refused -> new Dead(directory);
            case Answer.Missing missing -> new Dead(directory);
            case Answer.Silence silence -> new Unknown(directory, silence.why());
            case Answer.Text answer -> Observation.of(directory, answer.text());
        };
    }
}
