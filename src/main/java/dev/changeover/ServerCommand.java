package dev.changeover;

import dev.changeover.access.WrongKeyFile;
import dev.changeover.api.http.WrongCertificate;
import dev.changeover.temporal.TemporalConfigurationException;
import io.micronaut.context.exceptions.BeanContextException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The control plane, until the process is told to end. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = "Runs the control plane: REST interface, upgrade worker, database.",
        footer = {"", "Configured by application.toml, CHANGEOVER_* and TEMPORAL_* variables; see the README."})
final class ServerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        try {
            return runUntilTold();
        } catch (BeanContextException failure) {
            var sentence = wrongSetting(failure).orElseThrow(() -> failure);
            spec.commandLine().getErr().println("The server does not start: " + sentence);
            return 1;
        }
    }

    private static int runUntilTold() throws InterruptedException {
        DataDirectory.make(DataDirectory.ofThisUser());
        var end = new CountDownLatch(1);
        var server = Server.start(Map.of());
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            end.countDown();
                        },
                        "end of the server"));
        end.await();
        return 0;
    }

    /** What the operator has to correct; empty if it is ours. */
    private static Optional<String> wrongSetting(Throwable failure) {
        return Stream.iterate(Optional.of(failure), Optional::isPresent, cause -> cause.map(Throwable::getCause))
                .flatMap(Optional::stream)
                .filter(cause -> cause instanceof WrongCertificate
                        || cause instanceof WrongKeyFile
                        || cause instanceof TemporalConfigurationException)
                .map(cause -> String.valueOf(cause.getMessage()))
                .findFirst();
    }
}
