package dev.changeover;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** The control plane, until the process is told to end. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = "Runs the control plane: REST interface, upgrade worker, database.",
        footer = {"", "Configured by application.toml, CHANGEOVER_* and TEMPORAL_* variables; see the README."})
final class ServerCommand implements Callable<Integer> {

    @Override
    public Integer call() throws InterruptedException {
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
}
