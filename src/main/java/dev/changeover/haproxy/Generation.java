package dev.changeover.haproxy;

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
        return switch (directory.masterSocket().ask("show proc")) {
            case Answer.Refused refused -> new Dead(directory);
            case Answer.Missing missing -> new Dead(directory);
            case Answer.Silence silence -> new Unknown(directory, silence.why());
            case Answer.Text answer -> Observation.of(directory, answer.text());
        };
    }
}
