package dev.changeover.node.haproxy;

import dev.changeover.haproxy.configuration.BindAddress;
import dev.changeover.haproxy.configuration.CheckTime;
import dev.changeover.haproxy.configuration.GraceTime;
import dev.changeover.haproxy.configuration.IdleLimits;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.Protocol;
import dev.changeover.mysql.Login;
import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.driver.BackendKind;
import dev.changeover.node.driver.ProxyConfiguration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How backends are proven: those of a database by a login, all others by their checks alone.
 *
 * @param user of the database, without rights
 * @param password as it is now
 * @param kinds what people say of backends, by their names
 */
public record BackendProof(String user, Password password, Map<String, BackendKind> kinds) {

    /** A MySQL server greets at once; whoever waits longer waits for the client's first word. */
    private static final Duration GREETING = Duration.ofSeconds(1);

    private static final Duration LOGIN = Duration.ofSeconds(5);

    public BackendProof {
        kinds = Map.copyOf(kinds);
    }

    /** Where a password is read, which may change while the agent runs. */
    @FunctionalInterface
    public interface Password {
        /** @throws IOException when it cannot be read */
        String read() throws IOException;
    }

    /** A setting says it, or the checks and the mode do, or nothing. */
    public Protocol protocol(OperatorConfiguration file, String backend) {
        var said = kinds.get(backend);
        if (said == null) return file.protocol(backend);
        return switch (said) {
            case mysql -> Protocol.MYSQL;
            case other -> Protocol.OTHER;
        };
    }

    /** @param listening where the file is known to listen, whatever it says */
    ProxyConfiguration described(OperatorConfiguration file, List<BindAddress> listening) {
        return new ProxyConfiguration(
                file.text(),
                file.usedVariables(),
                Stream.concat(file.addresses().stream(), listening.stream())
                        .distinct()
                        .map(address -> new InetSocketAddress(address.host(), address.port()))
                        .toList(),
                file.backends(),
                those(file, Protocol.OTHER),
                those(file, Protocol.UNSAID),
                CheckTime.of(file),
                GraceTime.of(file),
                file.hardStopAfter(),
                idleLimits(file));
    }

    private List<String> those(OperatorConfiguration file, Protocol protocol) {
        return file.backends().stream()
                .filter(backend -> protocol(file, backend) == protocol)
                .toList();
    }

    /** After which time HAProxy itself cuts idle sessions of a database, by where that is set. */
    public Map<String, Duration> idleLimits(OperatorConfiguration file) {
        return IdleLimits.of(file, backend -> protocol(file, backend) != Protocol.OTHER);
    }

    void logIn(OperatorConfiguration file, String backend, SocketAddress door) throws IOException {
        switch (protocol(file, backend)) {
            case MYSQL -> MysqlLogin.attempt(door, login(), LOGIN);
            case UNSAID -> MysqlLogin.attemptIfGreeted(door, login(), GREETING, LOGIN);
            case OTHER -> {}
        }
    }

    /** Whether a MySQL server greeted and let us in; false where something else, or nobody, answered. */
    boolean letsIn(SocketAddress address) throws IOException {
        return MysqlLogin.attemptIfGreeted(address, login(), GREETING, LOGIN);
    }

    private Login login() throws IOException {
        return new Login(user, password.read());
    }
}
