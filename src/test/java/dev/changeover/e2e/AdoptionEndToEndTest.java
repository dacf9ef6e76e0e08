package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.HaproxyKernels;
import dev.changeover.demo.MariaDb;
import dev.changeover.demo.PersistentClients;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.host.Loopback;
import dev.changeover.temporal.RealTemporal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The page about adoption, typed as it is written: on two machines that systemd runs, with the distribution's HAProxy, its
 * unit and its file, and our units; under load.
 */
@Order(1)
class AdoptionEndToEndTest {
    private static final Path PAGE = Path.of("workflows-docs", "adoption.md");
    private static final int PER_SECOND = 200;
    private static final int SESSIONS = 50;
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(300);
    private static final List<String> NODES = List.of("orders-proxy-1", "orders-proxy-2");
    private static final String PROJECT = "/opt/changeover";

    private final HaproxyKernels.Available kernels = RealParts.debianKernels();
    private final MariaDb database = RealParts.mariaDb();
    private final int port;
    private final int nodePort;
    private final int temporal;

    AdoptionEndToEndTest() throws IOException {
        port = Loopback.freePort();
        nodePort = Loopback.freePort();
        temporal = Loopback.freePort();
    }

    @Test
    void the_page_leads_from_a_distributions_haproxy_to_the_first_upgrade_and_back() throws Exception {
        new PageReader(NODES, kernels, typed -> typed.replace("temporal.example.com:7233", "127.0.0.1:" + temporal))
                .read(bound(), this::prepare, this::typeUnderLoad);
    }

    private void typeUnderLoad(PageReader operator) throws Exception {
        var addresses = NODES.stream().map(this::address).toList();
        var later = new AtomicReference<@Nullable PersistentClients>();
        try (var shorts = ShortConnections.start(addresses, database.app(), PER_SECOND);
                var adopted = PersistentClients.open(addresses, database.app(), SESSIONS, SIGN_OF_LIFE)) {
            for (var command : PageCommand.in(PAGE)) {
                if (command.command().contains("apt-get ")) continue; // packages are there, from the cache
                operator.type(command, line -> {
                    if (!line.contains("ALL_SERVE")) return;
                    later.set(open(addresses));
                    assertThat(adopted.ended()).isEmpty();
                    adopted.close();
                });
            }
            shorts.close();
            assertThat(shorts.total().reasons()).isEmpty();
            assertThat(shorts.total().failed()).isZero();
            assertThat(Objects.requireNonNull(later.get()).alive()).isEqualTo(SESSIONS);
        } finally {
            var open = later.get();
            if (open != null) open.close();
        }
    }

    private PersistentClients open(List<InetSocketAddress> addresses) {
        try {
            return PersistentClients.open(addresses, database.app(), SESSIONS, SIGN_OF_LIFE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void prepare(Machine machine) throws IOException, InterruptedException {
        machine.printed("""
                ln -sfn '%s/bin/java' /usr/bin/java
                mkdir -p changeover && ln -s %s/target/changeover.jar %s/src/main/dist/* changeover
                """.formatted(System.getProperty("java.home"), PROJECT, PROJECT));
        if (machine.name().equals(PageReader.CONTROL)) prepareControlPlane(machine);
        else prepareNode(machine);
    }

    private void prepareNode(Machine machine) throws IOException, InterruptedException {
        machine.serve(kernels.older().packageFile(), address(machine.name()), database.address());
        machine.printed("mkdir -p /srv/kernels && cp %s /srv/kernels"
                .formatted(kernels.newer().packageFile()));
    }

    /** As the README says it, with our unit. */
    private void prepareControlPlane(Machine machine) throws IOException, InterruptedException {
        machine.printed("""
                useradd --system --home-dir /var/lib/changeover changeover
                install -D -m 644 changeover/changeover.jar /usr/share/changeover/changeover.jar
                install -m 755 changeover/changeover /usr/bin/
                install -m 644 changeover/changeover-server.service /etc/systemd/system/
                mkdir -p /etc/changeover
                cat > /etc/changeover/server.env <<EOF
                CHANGEOVER_PORT=%d
                CHANGEOVER_TEMPORAL_MODE=dev-server
                CHANGEOVER_TEMPORAL_PORT=%d
                CHANGEOVER_TEMPORAL_UI_PORT=%d
                CHANGEOVER_UPGRADE_SOAK=2s
                EOF
                systemctl enable --now changeover-server
                echo correct-horse-battery > password
                curl --silent --retry 120 --retry-delay 1 --retry-all-errors http://127.0.0.1:%d/health > /dev/null
                for i in $(seq 60); do
                  changeover user add anna --role operator --password-stdin < password && break
                  sleep 1
                done
                changeover login anna --password-stdin < password
                """.formatted(port, temporal, Loopback.freePort(), port));
    }

    private List<String> bound() {
        var java = System.getProperty("java.home");
        var packages = kernels.older().packageFile().getParent();
        return List.of(
                java + ":" + java,
                packages + ":" + packages,
                Path.of("").toAbsolutePath() + ":" + PROJECT,
                RealTemporal.program() + ":/usr/local/bin/temporal");
    }

    private InetSocketAddress address(String node) {
        return new InetSocketAddress("127.0.0.1" + (1 + NODES.indexOf(node)), nodePort);
    }
}
