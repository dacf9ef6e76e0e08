package dev.changeover.temporal.devserver;

import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalMode;
import dev.changeover.temporal.TemporalSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A process of its own that looks after a dev server until it is killed: data directory, {@code passing|outliving}. */
public final class ParentOfDevServer {
    private ParentOfDevServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        var settings = TemporalSettings.temporary(Path.of(arguments[0])).as(TemporalMode.DEV_SERVER);
        var connection =
                TemporalConnection.open("outliving".equals(arguments[1]) ? settings.outlivingParent() : settings);
        System.out.println(connection.awaitReady(Duration.ofSeconds(60)).ready() ? "ready" : "not ready");
        new CountDownLatch(1).await();
    }
}
