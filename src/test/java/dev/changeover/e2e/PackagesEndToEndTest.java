package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.HaproxyKernels;
import dev.changeover.demo.MariaDb;
import dev.changeover.demo.PersistentClients;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.temporal.devserver.TemporalProgram;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The packages, as {@code mvn -Pdist package} makes them of the jar that the other tests run, and the page about an
 * operator's day, typed as it is written on three machines that systemd runs.
 */
class PackagesEndToEndTest {
    private static final Path MADE = Path.of("target", "dist").toAbsolutePath();
    private static final List<String> GOALS = List.of(
            "org.apache.maven.plugins:maven-toolchains-plugin:3.2.0:select-jdk-toolchain@default",
            "exec:exec@clear",
            "exec:exec@runtime",
            "exec:exec@manual",
            "asciidoctor:process-asciidoc@man",
            "jdeb:jdeb@deb",
            "rpm:rpm@rpm");
    private static final Path PAGE = Path.of("workflows-docs", "operations.md");
    private static final List<String> NODES = List.of("orders-proxy-1", "orders-proxy-2");
    private static final int PER_SECOND = 100;
    private static final int SESSIONS = 20;
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(300);

    private final HaproxyKernels.Available kernels = RealParts.debianKernels();
    private final MariaDb database = RealParts.mariaDb();
    private final int nodePort;
    private final int port;
    private final int temporal;
    private final int temporalTls;
    private final int postgres;

    PackagesEndToEndTest() throws IOException {
        nodePort = Loopback.freePort();
        port = Loopback.freePort();
        temporal = Loopback.freePort();
        temporalTls = Loopback.freePort();
        postgres = Loopback.freePort();
    }

    @BeforeAll
    static void make() throws IOException {
        var maven = Stream.concat(Stream.of("mvn", "--batch-mode", "-q", "-Pdist"), GOALS.stream());
        new ProgramRun(Path.of("").toAbsolutePath(), variables -> {}, Duration.ofMinutes(8), maven.toList()).output();
    }

    @Test
    void the_page_leads_from_nothing_to_an_upgraded_node_and_back_on_hosts_without_java() throws Exception {
        new PageReader(NODES, kernels, this::ofThisHost).read(bound(), this::prepare, this::typeUnderLoad);
    }

    private void prepare(Machine machine) throws IOException, InterruptedException {
        machine.printed(
                "rm -f /usr/bin/java; ln -s /packages/changeover.deb; echo 127.0.0.1 temporal.example.com >> /etc/hosts");
        if (machine.name().equals(PageReader.CONTROL)) prepareControlPlane(machine);
        else machine.serve(kernels.older().packageFile(), address(machine.name()), database.address());
    }

    private void typeUnderLoad(PageReader operator) throws Exception {
        var addresses = NODES.stream().map(this::address).toList();
        try (var shorts = ShortConnections.start(addresses, database.app(), PER_SECOND);
                var sessions = PersistentClients.open(addresses, database.app(), SESSIONS, SIGN_OF_LIFE)) {
            for (var command : PageCommand.in(PAGE)) {
                if (command.command().startsWith("apt-get ")) continue; // what it installs is there
                if (command.command().startsWith("scp ")) {
                    carry(operator, command.command());
                } else if (command.command().contains("apt-get download")) {
                    for (var node : NODES) {
                        operator.machine(node)
                                .printed("cp %s /srv/kernels"
                                        .formatted(kernels.newer().packageFile()));
                    }
                } else {
                    if (command.command().startsWith("changeover watch ")) {
                        assertThat(sessions.ended()).isEmpty();
                        sessions.close();
                    }
                    operator.type(command, line -> {});
                }
            }
            shorts.close();
            assertThat(shorts.total().reasons()).isEmpty();
            assertThat(shorts.total().connections()).isGreaterThan(PER_SECOND);
        }
    }

    /** The files of the command, from the control plane's host to that of a node. */
    private static void carry(PageReader operator, String command) throws IOException, InterruptedException {
        var node = operator.machine(command.substring(command.lastIndexOf(' ') + 1, command.length() - 1));
        for (var file : command.split(" ")) {
            if (!file.startsWith("ca/")) continue;
            var text = operator.machine(PageReader.CONTROL).printed("cat " + file);
            node.printed("cat > %s <<EOF%n%s%nEOF".formatted(file.substring("ca/".length()), text));
        }
    }

    /** As 'apt-get install' leaves a host, and with what 'temporal install' would fetch; ports of its own. */
    private void prepareControlPlane(Machine machine) throws IOException, InterruptedException {
        machine.printed("""
                dpkg --install --force-unsafe-io --no-triggers %s
                for cluster in /etc/postgresql/*/*; do
                  [ ! -d $cluster ] || pg_dropcluster $(basename $(dirname $cluster)) $(basename $cluster)
                done
                version=$(ls /usr/lib/postgresql | tail -1)
                pg_createcluster --port %d $version main
                systemctl start postgresql@$version-main
                install -D /usr/local/bin/temporal .cache/changeover/temporal-%s/temporal
                umount /usr/local/bin/temporal
                """.formatted(kernels.older().packageFile(), postgres, TemporalProgram.VERSION));
    }

    private InetSocketAddress address(String node) {
        return new InetSocketAddress("127.0.0.1" + (3 + NODES.indexOf(node)), nodePort);
    }

    private List<String> bound() {
        var packages = kernels.older().packageFile().getParent();
        return List.of(
                MADE + ":/packages", packages + ":" + packages, RealTemporal.program() + ":/usr/local/bin/temporal");
    }

    private String ofThisHost(String typed) {
        return typed.replace("CHANGEOVER_PORT=8080", "CHANGEOVER_PORT=%d%nCHANGEOVER_UPGRADE_SOAK=2s".formatted(port))
                .replace("8080", String.valueOf(port))
                .replace("7233", String.valueOf(temporal))
                .replace("7234", String.valueOf(temporalTls))
                .replace("5432", String.valueOf(postgres))
                .replace("dpkg --", "dpkg --force-unsafe-io --no-triggers --");
    }

    @Test
    void the_rpm_has_the_files_and_scripts_of_the_deb() throws IOException {
        requireRpm();

        assertThat(files("rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\\n]' changeover.rpm")
                        .map(path -> path.replace("/site-functions/", "/vendor-completions/")))
                .containsExactlyInAnyOrderElementsOf(
                        files("dpkg-deb -c changeover.deb | awk '{print $1, substr($6, 2)}'")
                                .toList());
        assertThat(printed("rpm -qp --scripts changeover.rpm"))
                .contains("systemctl daemon-reload", "useradd --system", "changeover agent give-back");
    }

    @Test
    void the_rpm_is_installed_and_put_over_itself_stays_while_the_agent_is_needed_and_is_removed() throws Exception {
        requireRpm();
        try (var machine = Machine.boot("rpm-host", List.of(MADE + ":/packages"))) {
            // This system's rpm knows of no package that dpkg has installed.
            machine.printed("rm -f /usr/bin/java; rpm --install --nodeps /packages/changeover.rpm");
            assertThat(machine.printed("changeover --version")).contains("changeover ");
            assertThat(machine.printed("getent passwd changeover")).contains("/usr/sbin/nologin");
            assertThat(machine.printed("systemctl cat changeover-server changeover-agent"))
                    .contains("ExecStart=");

            machine.printed("systemctl enable changeover-agent; echo '# mine' >> /etc/changeover/agent.toml");
            machine.printed("rpm --upgrade --nodeps --force /packages/changeover.rpm");
            assertThat(machine.printed("tail -1 /etc/changeover/agent.toml")).isEqualTo("# mine");
            var refused = new ArrayList<String>();
            assertThat(machine.run("rpm --erase changeover", refused::add)).isNotZero();
            assertThat(refused).anyMatch(line -> line.contains("changeover agent give-back"));
            assertThat(machine.printed("changeover --version")).contains("changeover ");

            machine.printed("systemctl disable changeover-agent");
            assertThat(machine.printed("rpm --erase changeover")).contains("/etc/changeover stays");
            assertThat(machine.printed("find /usr -name '*changeover*'"))
                    .as("left of it")
                    .isEmpty();
        }
    }

    private static void requireRpm() {
        if (!Files.isExecutable(Path.of("/usr/bin/rpm"))) throw RealParts.missing("needs rpm: install rpm");
    }

    /** With their rights; without the notices of the Java runtime's parts, most of which are links to one. */
    private static Stream<String> files(String command) throws IOException {
        return printed(command).lines().filter(line -> line.startsWith("-") && !line.contains("/legal/"));
    }

    private static String printed(String command) throws IOException {
        return ProgramRun.in(MADE, "bash", "-c", command).output();
    }
}
