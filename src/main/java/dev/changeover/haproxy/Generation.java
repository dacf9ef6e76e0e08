package dev.changeover.haproxy;

import dev.changeover.haproxy.runtime.Answer;
import dev.changeover.haproxy.runtime.RuntimeApi;
import java.io.IOException;

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
     */
    record Live(
            GenerationDirectory directory, long master, long worker, String version, boolean stopping, int connections)
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

        public RuntimeApi api() {
            return new RuntimeApi(directory.masterSocket(), worker);
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
            // Whoever answers on its master's socket by now is another one, such as the unit's after it was given back.
            if (adopted.isPresent() && !adopted.get().isRunning()) return new Dead(directory);
        } catch (IOException unreadable) {
            return new Unknown(directory, String.valueOf(unreadable.getMessage()));
        }
        return switch (directory.masterSocket().ask("show proc")) {
            case Answer.Refused refused -> new Dead(directory);
            case Answer.Missing missing -> new Dead(directory);
            case Answer.Silence silence -> new Unknown(directory, silence.why());
            case Answer.Text answer -> Observation.of(directory, answer.text());
        };
    }
}
