package dev.changeover.node.check;

import dev.changeover.haproxy.configuration.BindAddress;
import dev.changeover.haproxy.configuration.OperatorConfiguration.Setting;
import dev.changeover.haproxy.configuration.Protocol;
import dev.changeover.host.Reason;
import dev.changeover.mysql.Login;
import dev.changeover.mysql.MySqlRefusal;
import dev.changeover.mysql.MysqlLogin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Logs in to each MySQL server of the file as the check user, as the proof of a handover does, and leaves politely. */
final class LoginCheck {
    private static final Duration GREETING = Duration.ofSeconds(1);
    private static final Duration LOGIN = Duration.ofSeconds(5);

    private static final List<String> ONLY_HAPROXY = List.of(
            "send-proxy",
            "send-proxy-v2",
            "send-proxy-v2-ssl",
            "send-proxy-v2-ssl-cn",
            "ssl",
            "source",
            "namespace",
            "socks4");

    private LoginCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var file = host.file();
        var attempts = new ArrayList<Callable<Attempt>>();
        for (var backend : file.backends()) {
            var protocol = host.proof().protocol(file, backend);
            if (protocol == Protocol.OTHER) continue;
            for (var server : host.settings(line -> line.section().equals(backend) && line.is("server"))) {
                attempts.add(() -> attempt(host, backend, server, protocol));
            }
        }
        // All at once, as each of those that do not answer takes seconds.
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var made =
                    threads.invokeAll(attempts).stream().map(Future::resultNow).toList();
            for (var attempt : made) attempt.tell(findings, made);
        }
    }

    /**
     * @param trouble why nobody could be spoken to; empty where somebody was
     * @param told what was found otherwise
     */
    private record Attempt(
            String backend, String subject, Protocol protocol, Optional<String> trouble, Consumer<Findings> told) {

        void tell(Findings to, List<Attempt> all) {
            if (trouble.isEmpty()) {
                told.accept(to);
            } else if (protocol != Protocol.MYSQL || isServedByAnother(all)) {
                to.warning(subject, trouble.get(), "its backend counts as it did before, with this server DOWN");
            } else {
                to.problem(subject, trouble.get(), "see whether the server runs and lets this host in");
            }
        }

        private boolean isServedByAnother(List<Attempt> all) {
            return all.stream().anyMatch(other -> other.backend.equals(backend) && other.trouble.isEmpty());
        }
    }

    private static Attempt attempt(CheckedHost host, String backend, Setting server, Protocol protocol) {
        var subject = "%s/%s %s".formatted(backend, server.word(1), server.word(2));
        try {
            var told = logIn(host, subject, server, protocol);
            return new Attempt(backend, subject, protocol, Optional.empty(), told);
        } catch (IOException failed) {
            var trouble = "no login as %s: %s".formatted(host.configuration().checkUser(), Reason.of(failed));
            return new Attempt(backend, subject, protocol, Optional.of(trouble), to -> {});
        }
    }

    private static Consumer<Findings> logIn(CheckedHost host, String subject, Setting server, Protocol protocol)
            throws IOException {
        var user = host.configuration().checkUser();
        var obstacle = obstacle(host, server);
        if (obstacle.isPresent()) {
            return to -> to.ok(
                    subject, "not tried, as the file says " + obstacle.get() + "; a handover tries it through HAProxy");
        }
        try {
            var address = address(server.word(2));
            if (address.getPort() == 0) {
                return to -> to.ok(subject, "not tried, as its port is the one that a client connects to");
            }
            if (address.isUnresolved() && !server.after("resolvers").isEmpty()) {
                return to -> to.ok(
                        subject, "not tried, as only its resolvers know its name; a handover tries it through HAProxy");
            }
            if (address.isUnresolved()) {
                return to -> to.problem(subject, "its name cannot be resolved", "correct the name or the resolver");
            }
            var login = new Login(user, host.configuration().checkPassword());
            var isMysql =
                    MysqlLogin.attemptIfGreeted(address, login, protocol == Protocol.MYSQL ? LOGIN : GREETING, LOGIN);
            if (isMysql) return new DatabaseLimits(subject, BindAddress.bare(server.word(2)), server, host).asked();
            if (protocol == Protocol.MYSQL) {
                throw new IOException("no MySQL server greets there within %d s".formatted(LOGIN.toSeconds()));
            }
            return to -> to.ok(subject, "it does not greet as MySQL does, so that its checks alone prove it");
        } catch (MySqlRefusal refused) {
            return to ->
                    to.problem(subject, "it refuses %s: %s".formatted(user, Reason.of(refused)), advice(refused, user));
        }
    }

    /** What HAProxy does with a connection and we do not. */
    private static Optional<String> obstacle(CheckedHost host, Setting server) throws IOException {
        var written = ONLY_HAPROXY.stream().filter(server.words()::contains).findFirst();
        var sources = host.settings(line -> line.is("source")
                && (line.kind().equals("defaults") || line.section().equals(server.section())));
        return written.isPresent() || sources.isEmpty() ? written : Optional.of("source");
    }

    private static String advice(MySqlRefusal refused, String user) {
        return switch (refused.code()) {
            case 1040, 1203, 1226 -> "it is full: raise max_connections";
            case 1129 -> "it has blocked this host: type 'mariadb-admin flush-hosts' and raise max_connect_errors";
            case 1130 -> "let this host in: create user %s@'THIS HOST'".formatted(user);
            case 3159, 4151 -> "it demands TLS, and none of our versions of it was taken";
            case 1045, 1698 ->
                ("type \"create user %s\" there; if it has a password, name its file as check_password_file; if the"
                                + " account demands TLS, the server needs a certificate")
                        .formatted(user);
            default -> "";
        };
    }

    /** Port 0 where the line names none, or one in relation to the client's. */
    private static InetSocketAddress address(String written) {
        var bare = BindAddress.bare(written);
        var colon = bare.lastIndexOf(':');
        var port = bare.substring(colon + 1);
        if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) return new InetSocketAddress(0);
        return new InetSocketAddress(bare.substring(0, colon).replaceAll("^\\[|]$", ""), Integer.parseInt(port));
    }
}
