package dev.changeover.server;

import dev.changeover.database.Sql;
import dev.changeover.database.Standby;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.upgrade.engine.OrphanedUpgrades;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of the versions of Changeover that run on one database, only the newest works: the others could not go on with what it
 * has begun. Each says in the database every five seconds that its workers run, from when they have run for a while. A
 * server that sees a newer version do so takes no tasks and stands by ({@link Standby}), and its health is DOWN; once the
 * newer one has been silent for half a minute it works again, so that after a way back nothing waits for a person. A
 * version that does not get to work, or ends again and again as it starts, takes nothing over.
 *
 * <p>For half a minute both may work. That does no harm: Temporal gives a task to one of them, and one that cannot go on
 * with a history fails the task, which is then given to the other one.
 *
 * <p>All times are the database's. While it is away everything stays as it was.
 */
@Singleton
@Readiness
@Requires(notEnv = TemporalMove.DATABASE_ALONE)
final class OneBuild implements HealthIndicator {
    /** Where the classes are not from a jar, as in tests. */
    private static final String UNKNOWN = "0-classes";

    /** So many looks in a row, of five seconds each, must have found its workers running. */
    static final int STEADY = 4;

    private static final Logger LOG = LoggerFactory.getLogger(OneBuild.class);

    private final Sql sql;
    private final Standby standby;
    private final OrphanedUpgrades upgrades;
    private final Version own;
    private volatile @Nullable TemporalWorkers workers;
    private volatile Optional<Seen> newest = Optional.empty();
    private int ranInARow;

    @Inject
    OneBuild(Sql sql, Standby standby, OrphanedUpgrades upgrades) {
        this(sql, standby, upgrades, OneBuild.class.getPackage().getImplementationVersion());
    }

    /** @param version begins with a number; null where it is not known */
    OneBuild(Sql sql, Standby standby, OrphanedUpgrades upgrades, @Nullable String version) {
        this.sql = sql;
        this.standby = standby;
        this.upgrades = upgrades;
        this.own = Version.parse(version != null ? version : UNKNOWN);
    }

    /** A newer version that has worked on this database. */
    private record Seen(Version version, boolean alive) {}

    /** Such as {@code 0.1.0}. */
    String id() {
        return own.toString();
    }

    /** From now on it says whether they work; call it before they are started. */
    void leads(TemporalWorkers these) {
        workers = these;
        look();
    }

    @Scheduled(fixedDelay = "5s", initialDelay = "5s")
    synchronized void look() {
        var led = workers;
        if (led == null) return;
        ranInARow = led.running() ? ranInARow + 1 : 0;
        if (ranInARow >= STEADY) sayAlive();
        var seen = newer();
        if (!seen.equals(newest)) seen.ifPresent(newer -> LOG.warn("{}", reason(newer)));
        newest = seen;
        standby.set(seen.filter(Seen::alive).map(this::reason));
        led.standAside(aside());
    }

    private void sayAlive() {
        if (sql.change("update build set alive_at = current_timestamp where version = ?", id()) > 0) return;
        sql.change("insert into build (version, alive_at) values (?, current_timestamp) on conflict do nothing", id());
    }

    private Optional<Seen> newer() {
        return sql
                .list(
                        "select version, case when alive_at > current_timestamp - interval '30' second then 1 else 0 end"
                                + " as alive from build",
                        row -> new Seen(Version.parse(row.text("version")), row.number("alive") == 1))
                .stream()
                .filter(seen -> seen.version().compareTo(own) > 0)
                .max(Comparator.comparing(Seen::alive).thenComparing(Seen::version));
    }

    private boolean aside() {
        return newest.filter(Seen::alive).isPresent();
    }

    private String reason(Seen newer) {
        return newer.alive()
                ? "this server is %s, and a newer one, %s, works on the same database: this one changes nothing any more, call the newer one and stop this one"
                        .formatted(own, newer.version())
                : "%s, after %s had worked here: upgrades that it has touched may wait for it, see 'A workflow gets no further'"
                        .formatted(own, newer.version());
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.just(result());
    }

    HealthResult result() {
        var stuck = upgrades.stuck();
        var reason = newest.map(this::reason).orElse(id())
                + (stuck.isEmpty()
                        ? ""
                        : "; upgrades get no further, because their tasks fail: " + String.join(", ", stuck));
        return HealthResult.builder("build", aside() ? HealthStatus.DOWN : HealthStatus.UP)
                .details(Map.of("reason", reason))
                .build();
    }
}
