package dev.changeover.temporal.devserver;

import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A process of its own that looks after a dev server until it is killed: data directory, {@code passing|outliving}. */
public final class ParentOfDevServer {
    private ParentOfDevServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        var data = Path.of(arguments[0]);
        var connection = TemporalConnection.open(
                "outliving".equals(arguments[1]) ? TestSettings.outlivingParent(data) : TestSettings.devServer(data));
        System.out.println(connection.awaitReady(Duration.ofSeconds(60)).ready() ? "ready" : "not ready");
        new CountDownLatch(1).await();
    }
}
