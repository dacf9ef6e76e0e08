package dev.changeover.node.site;

import dev.changeover.node.site.AgentConfiguration.ProcessListAccount;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the database says its connections are doing, so that an operator sees who holds on, idle sessions can be chosen,
 * and transactions be spared. One query for all sessions, behind the caller's back: a database that is slow or away
 * costs the caller a moment, never the pace. Safe for use by many threads.
 */
public final class ProcessList {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessList.class);

    /** How long a caller waits for a fresh answer before it makes do with an older one. */
    private static final Duration MOMENT = Duration.ofMillis(500);

    /** What is older than this is no longer told. */
    private static final Duration STALE = Duration.ofSeconds(15);

    /** A database that did not answer is left alone for so long. */
    private static final Duration REST = Duration.ofSeconds(10);

    private static final String QUERY = """
            select p.host, p.command = 'Sleep', t.trx_id is not null, p.user, %s
              from information_schema.processlist p
              left join information_schema.innodb_trx t on t.trx_mysql_thread_id = p.id
              %s
            """;
    private static final String WITHOUT_PROGRAMS = QUERY.formatted("null", "");
    private static final String WITH_PROGRAMS = QUERY.formatted(
            "a.attr_value",
            "left join performance_schema.session_connect_attrs a"
                    + " on a.processlist_id = p.id and a.attr_name = 'program_name'");

    private final @Nullable ProcessListAccount account;
    private final AtomicReference<@Nullable Asking> running = new AtomicReference<>();
    private volatile DatabaseConnections latest = DatabaseConnections.NONE;
    private volatile long restUntil = System.nanoTime();
    private volatile boolean mayReadPrograms = true;
    private volatile String lastComplaint = "";

    public ProcessList(@Nullable ProcessListAccount account) {
        this.account = account;
    }

    private record Asking(long since, CompletableFuture<DatabaseConnections> answer) {
        DatabaseConnections await() throws InterruptedException, ExecutionException, TimeoutException {
            var left = MOMENT.toNanos() - (System.nanoTime() - since);
            return answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        }
    }

    /** As it is now, or was at most {@code freshEnough} ago; nothing when no account is configured or nobody answers. */
    public DatabaseConnections asOf(Duration freshEnough) throws InterruptedException {
        if (account == null || latest.isYoungerThan(freshEnough)) return latest;
        try {
            return ask(account).await();
        } catch (ExecutionException | TimeoutException notInTime) {
            return latest.isYoungerThan(STALE) ? latest : DatabaseConnections.NONE;
        }
    }

    /** One at a time; a query that hangs is waited for once only. */
    private Asking ask(ProcessListAccount whom) {
        var before = running.get();
        if (before != null && (!before.answer().isDone() || System.nanoTime() - restUntil < 0)) return before;
        var next = new Asking(System.nanoTime(), new CompletableFuture<>());
        if (!running.compareAndSet(before, next)) return ask(whom);
        Thread.ofVirtual().name("process-list").start(() -> answer(whom, next.answer()));
        return next;
    }

    private void answer(ProcessListAccount whom, CompletableFuture<DatabaseConnections> next) {
        try {
            latest = read(whom);
            lastComplaint = "";
            next.complete(latest);
        } catch (SQLException | IOException e) {
            restUntil = System.nanoTime() + REST.toNanos();
            complain(words(whom, e));
        } finally {
            next.completeExceptionally(new IOException("no answer"));
        }
    }

    private DatabaseConnections read(ProcessListAccount whom) throws SQLException, IOException {
        var password = AgentConfiguration.firstLine(whom.passwordFile());
        try (var connection = connect(whom.address(), whom.user(), password)) {
            var withPrograms = mayReadPrograms ? withPrograms(connection, whom) : null;
            return withPrograms != null
                    ? withPrograms
                    : DatabaseConnections.read(connection, WITHOUT_PROGRAMS, whom.address());
        }
    }

    /** Each answer of the database has three seconds. */
    public static Connection connect(String address, String user, String password) throws SQLException {
        var login = new Properties();
        login.put("user", user);
        login.put("password", password);
        login.put("connectTimeout", "3000");
        login.put("socketTimeout", "3000");
        // An account of MySQL 8 sends its password encrypted, or not at all.
        login.put("allowPublicKeyRetrieval", "true");
        return DriverManager.getConnection("jdbc:mariadb://" + address + "/", login);
    }

    /** Null where this account may not read them, or the database does not keep them. */
    private @Nullable DatabaseConnections withPrograms(Connection connection, ProcessListAccount whom)
            throws SQLException, IOException {
        try {
            return DatabaseConnections.read(connection, WITH_PROGRAMS, whom.address());
        } catch (SQLException refused) {
            if (!connection.isValid(1)) throw refused;
            mayReadPrograms = false;
            LOG.info("the programs of clients are not shown: {}", refused.getMessage());
            return null;
        }
    }

    /** Asks now, and says why there is no answer; empty where there is one, or no account is configured. */
    public Optional<String> refusal() {
        if (account == null) return Optional.empty();
        try {
            read(account);
            return Optional.empty();
        } catch (SQLException | IOException e) {
            return Optional.of(words(account, e));
        }
    }

    /** The driver begins its messages with the number of the connection. */
    private static String words(ProcessListAccount whom, Exception failure) {
        return "the process list of %s cannot be read, so nobody knows which sessions are idle: %s"
                .formatted(whom.address(), String.valueOf(failure.getMessage()).replaceFirst("^\\(conn=\\d+\\) ", ""));
    }

    /** Why nobody knows which sessions are idle; empty where that is known, or nobody asked. */
    public Optional<String> complaint() {
        return Optional.of(lastComplaint).filter(words -> !words.isEmpty());
    }

    private void complain(String words) {
        if (!words.equals(lastComplaint)) LOG.warn("{}", words);
        lastComplaint = words;
    }
}
