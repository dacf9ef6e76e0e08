package dev.changeover.demo;

import dev.changeover.mysql.Login;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Everybody who uses the proxy during the demonstration: short connections all the time, veterans whose sessions come of
 * age while old generations retire, youngsters who are connected during the upgrade and leave before they come of age,
 * and newcomers who meet only the target.
 */
final class DemoClients implements AutoCloseable {
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(250);

    private final List<InetSocketAddress> addresses;
    private final Login login;
    private final DemoScript script;
    private final ShortConnections shorts;
    private final PersistentClients veterans;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("demo-clients").factory());
    private PersistentClients youngsters;
    private PersistentClients newcomers;

    DemoClients(List<InetSocketAddress> addresses, Login login, DemoScript script) throws IOException {
        this.addresses = addresses;
        this.login = login;
        this.script = script;
        this.veterans = open(script.sessions());
        this.youngsters = open(0);
        this.newcomers = open(0);
        this.shorts = ShortConnections.start(addresses, login, script.perSecond());
        shorts.mark("before");
    }

    /** The upgrade begins: the youngsters come. */
    void upgradeBegins() throws IOException {
        youngsters = open(script.sessions());
        clock.schedule(youngsters::close, script.stay().toMillis(), TimeUnit.MILLISECONDS);
        shorts.mark("during");
    }

    /** Every node serves the target: the newcomers come. */
    void allServe() throws IOException {
        newcomers = open(script.sessions());
    }

    ShortConnections shorts() {
        return shorts;
    }

    int alive() {
        return veterans.alive() + youngsters.alive() + newcomers.alive();
    }

    DemoReport.Sessions tally() {
        var limit = script.settings().ageLimit();
        var all = List.of(veterans.tally(limit), youngsters.tally(limit), newcomers.tally(limit));
        return new DemoReport.Sessions(
                all.stream().mapToLong(DemoReport.Sessions::kept).sum(),
                all.stream().mapToLong(DemoReport.Sessions::closedByAge).sum(),
                all.stream().mapToLong(DemoReport.Sessions::cut).sum());
    }

    /** No new connection from now on; those under way are waited for, so that the report counts them. */
    void stopShorts() {
        shorts.close();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        shorts.close();
        veterans.close();
        youngsters.close();
        newcomers.close();
    }

    private PersistentClients open(int count) throws IOException {
        return PersistentClients.open(addresses, login, count, SIGN_OF_LIFE);
    }
}
