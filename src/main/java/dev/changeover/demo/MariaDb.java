package dev.changeover.demo;

import dev.changeover.host.FileTree;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import dev.changeover.mysql.Login;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A private MariaDB on loopback: data, socket and log in a directory of its own, an unprivileged user, a free port. It
 * ends with {@link #close}, and with this process however that ends.
 */
public final class MariaDb implements Database {
    private static final Duration TIME_TO_START = Duration.ofSeconds(30);
    private static final Duration TIME_TO_END = Duration.ofSeconds(20);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final ChildProcess process;
    private final InetSocketAddress address;
    private final Accounts accounts;
    private final Optional<Path> temporary;

    private MariaDb(ChildProcess process, InetSocketAddress address, Accounts accounts, Optional<Path> temporary) {
        this.process = process;
        this.address = address;
        this.accounts = accounts;
        this.temporary = temporary;
    }

    /** Passwords made for one instance; nobody else on the host can guess them. */
    private record Accounts(Login app, Login watch, Login admin) {
        static Accounts random() {
            return new Accounts(random("app"), random("changeover_watch"), random("changeover_admin"));
        }

        private static Login random(String user) {
            return new Login(user, UUID.randomUUID().toString());
        }

        /** One statement a line, as the server wants it. Anonymous accounts go: they would hide ours. */
        String statements() {
            return String.join(
                    "\n",
                    "DELETE FROM mysql.global_priv WHERE User = '';",
                    "FLUSH PRIVILEGES;",
                    "CREATE DATABASE IF NOT EXISTS app;",
                    "CREATE OR REPLACE USER " + CHECK.user() + "@'%';",
                    create(app),
                    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON app.* TO app@'%';",
                    create(watch),
                    "GRANT PROCESS ON *.* TO " + watch.user() + "@'%';",
                    create(admin),
                    "GRANT ALL ON *.* TO " + admin.user() + "@'%' WITH GRANT OPTION;",
                    "");
        }

        private static String create(Login login) {
            return "CREATE OR REPLACE USER " + login.user() + "@'%' IDENTIFIED BY '" + login.password() + "';";
        }
    }

    /** One sentence on what is missing on this host; empty where MariaDB can run. */
    public static Optional<String> whyNot() {
        return List.of("mariadbd", "mariadb-install-db", "setpriv").stream()
                .filter(program -> ProgramRun.find(program).isEmpty())
                .findFirst()
                .map(program -> program + " is not on this host: install the packages mariadb-server-core, "
                        + "mariadb-client-core and util-linux.");
    }

    /**
     * Like {@link #start(Path)} in a new temporary directory, which {@link #close} removes.
     *
     * @param options of the server, beside those that it always has
     */
    public static MariaDb start(String... options) throws IOException {
        Path directory = Files.createTempDirectory("changeover-db");
        try {
            return start(directory, List.of(options), true);
        } catch (IOException | RuntimeException failure) {
            remove(directory);
            throw failure;
        }
    }

    /**
     * Starts an instance and waits until it answers: about two seconds for a new directory.
     *
     * @param directory is made where it does not exist; its path must be short (a socket's path has at most 107 bytes)
     *     and open to other users when this process is root
     * @throws IOException with the last words of the program that failed
     */
    public static MariaDb start(Path directory) throws IOException {
        return start(directory, List.of(), false);
    }

    private static MariaDb start(Path directory, List<String> options, boolean temporary) throws IOException {
        var missing = whyNot();
        if (missing.isPresent()) {
            throw new IOException(missing.get());
        }
        Unprivileged user = Unprivileged.ofThisHost();
        Path home = user.own(directory.toAbsolutePath());
        Path data = home.resolve("data");
        user.own(home.resolve("tmp"));
        if (!Files.isDirectory(data.resolve("mysql"))) {
            ProgramRun.in(home, user.command(List.of(), install(home))).output();
        }
        var accounts = Accounts.random();
        Files.writeString(user.secret(home.resolve("accounts.sql")), accounts.statements());
        InetSocketAddress address = freeAddress();
        File log = home.resolve("mariadbd.log").toFile();
        var process =
                ChildProcess.start(user.command(List.of("--pdeathsig", "TERM"), server(home, address, options)), log);
        var database = new MariaDb(process, address, accounts, temporary ? Optional.of(home) : Optional.empty());
        try {
            database.awaitReady(log);
            return database;
        } catch (IOException failure) {
            database.close();
            throw failure;
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /** May use the database {@code app}, and nothing else. */
    @Override
    public Login app() {
        return accounts.app();
    }

    /** The account that may read the process list, and nothing else. */
    public Login watch() {
        return accounts.watch();
    }

    /** The first value of a statement's first row, asked by an administrator over a connection of its own. */
    public String ask(String sql) throws IOException {
        try (var connection = MySqlConnection.open(address, accounts.admin(), ANSWER)) {
            String value = connection.query(sql);
            connection.quit();
            return value;
        }
    }

    @Override
    public String words() {
        return "MariaDB, process " + pid() + ", " + address.getHostString() + ":" + address.getPort();
    }

    public long pid() {
        return process.pid();
    }

    /** Ends the server as an operator would, by its process id; past 20 s by force. */
    @Override
    public void close() {
        process.end(TIME_TO_END);
        temporary.ifPresent(MariaDb::remove);
    }

    private static void remove(Path directory) {
        try {
            FileTree.delete(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot remove " + directory, failure);
        }
    }

    private void awaitReady(File log) throws IOException {
        long deadline = System.nanoTime() + TIME_TO_START.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (var connection = MySqlConnection.open(address, CHECK, ANSWER)) {
                connection.quit();
                return;
            } catch (IOException notYet) {
                process.awaitEnd(50, TimeUnit.MILLISECONDS);
            }
        }
        throw new IOException("mariadbd did not come up: "
                + Files.readAllLines(log.toPath()).stream()
                        .filter(line -> line.contains("[ERROR]"))
                        .findFirst()
                        .orElse("see " + log));
    }

    /** The system's own asynchronous writing is refused to a user of many servers, and a start fails with it. */
    private static final String OWN_THREADS = "--innodb-use-native-aio=0";

    private static List<String> install(Path home) {
        return List.of(
                "mariadb-install-db",
                "--no-defaults",
                "--datadir=" + home.resolve("data"),
                ownTemporaries(home),
                "--auth-root-authentication-method=socket",
                "--skip-test-db",
                OWN_THREADS);
    }

    /** A MariaDB that starts removes all temporary tables of its directory for them, those of others that run included. */
    private static String ownTemporaries(Path home) {
        return "--tmpdir=" + home.resolve("tmp");
    }

    private static List<String> server(Path home, InetSocketAddress address, List<String> options) {
        var always = List.of(
                "mariadbd",
                "--no-defaults",
                "--datadir=" + home.resolve("data"),
                ownTemporaries(home),
                "--socket=" + home.resolve("db.sock"),
                "--pid-file=" + home.resolve("db.pid"),
                "--init-file=" + home.resolve("accounts.sql"),
                "--bind-address=" + address.getAddress().getHostAddress(),
                "--port=" + address.getPort(),
                "--skip-name-resolve",
                "--max-connections=2000",
                "--max-connect-errors=4294967295",
                "--back-log=2000",
                "--thread-cache-size=200",
                "--skip-log-bin",
                "--innodb-buffer-pool-size=32M",
                OWN_THREADS,
                "--innodb-flush-log-at-trx-commit=0");
        return Stream.concat(always.stream(), options.stream()).toList();
    }

    /** Free now; that nobody takes it before the server does cannot be had, and the server says so if it happens. */
    private static InetSocketAddress freeAddress() throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        return new InetSocketAddress(loopback, Loopback.freePort());
    }
}
