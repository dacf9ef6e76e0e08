package dev.changeover.server;

import dev.changeover.host.DataDirectory;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The control plane, until the process is told to end. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = "Runs the control plane: REST interface, upgrade worker, database.",
        footer = {"", "Configured by application.toml, CHANGEOVER_* and TEMPORAL_* variables; see the README."})
public final class ServerCommand implements Callable<Integer> {
    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        try {
            return runUntilTold();
        } catch (RuntimeException failure) {
            var sentence = FailureSentence.in(failure).orElseThrow(() -> failure);
            spec.commandLine().getErr().println("The server does not start: " + sentence);
            return 1;
        }
    }

    private int runUntilTold() throws InterruptedException {
        DataDirectory.make(DataDirectory.ofThisUser());
        letCallsShareTheProcessor();
        var server = ServerProcess.start(Map.of());
        spec.commandLine().getOut().println(server.introduction());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "end of the server"));
        var refusal = server.awaitRefusal();
        spec.commandLine().getErr().println("The server ends: " + refusal);
        return 1;
    }

    /**
     * A call runs on a virtual thread, which gives its carrier back only when it waits; by default there is a carrier a
     * core. Of more carriers than that each gets a part of every second, so that on two cores two imports hold up nobody.
     */
    static void letCallsShareTheProcessor() {
        if (System.getProperty(CARRIERS) == null) {
            System.setProperty(
                    CARRIERS, String.valueOf(Math.max(16, Runtime.getRuntime().availableProcessors())));
        }
    }
}
