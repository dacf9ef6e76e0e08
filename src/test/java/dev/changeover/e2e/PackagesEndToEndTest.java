package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.PersistentClients;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packages, as {@code mvn -Pdist package} makes them of the jar that the other tests run. */
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
    private static final int PER_SECOND = 100;
    private static final int SESSIONS = 20;
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(300);

    @BeforeAll
    static void make() throws IOException {
        var maven = Stream.concat(Stream.of("mvn", "--batch-mode", "-q", "-Pdist"), GOALS.stream());
        new ProgramRun(Path.of("").toAbsolutePath(), variables -> {}, Duration.ofMinutes(8), maven.toList()).output();
    }

    @Test
    void haproxy_serves_on_while_the_deb_of_its_agent_is_installed_upgraded_and_removed() throws Exception {
        var database = RealParts.mariaDb();
        var haproxy = RealParts.debianKernels().older().packageFile();
        var address = new InetSocketAddress("127.0.0.14", Loopback.freePort());
        try (var host = Machine.boot(
                "packages", List.of(MADE + ":/packages", haproxy.getParent() + ":" + haproxy.getParent()))) {
            host.printed("rm -f /usr/bin/java");
            host.serve(haproxy, address, database.address());
            try (var shorts = ShortConnections.start(List.of(address), database.app(), PER_SECOND);
                    var sessions = PersistentClients.open(List.of(address), database.app(), SESSIONS, SIGN_OF_LIFE)) {
                install(host);
                host.printed("changeover agent adopt --yes && systemctl enable --now changeover-agent");

                host.printed("dpkg --install --no-triggers /packages/changeover.deb");
                assertThat(host.printed("systemctl is-active changeover-agent")).isEqualTo("active");
                assertThat(host.run("dpkg --remove --no-triggers changeover", said -> {}))
                        .as("a host whose HAProxy is the agent's keeps the agent")
                        .isNotZero();

                assertThat(sessions.ended()).isEmpty();
                sessions.close();
                host.printed("""
                        for i in $(seq 60); do
                          changeover agent give-back && break
                          sleep 1
                        done
                        systemctl disable --now changeover-agent
                        for i in $(seq 60); do
                          dpkg --remove --no-triggers changeover && break
                          sleep 1
                        done
                        test ! -e /usr/bin/changeover
                        """);
                assertThat(host.printed("systemctl is-active haproxy")).isEqualTo("active");
                shorts.close();
                assertThat(shorts.total().reasons()).isEmpty();
                assertThat(shorts.total().connections()).isGreaterThan(PER_SECOND);
            }
        }
    }

    /** On a host without Java, by somebody who has read {@code adoption.md}. */
    private static void install(Machine host) throws IOException, InterruptedException {
        host.printed("dpkg --install --no-triggers /packages/changeover.deb");
        assertThat(host.printed("changeover --version")).startsWith("changeover ");
        assertThat(host.printed("systemctl is-enabled changeover-agent changeover-server || true"))
                .isEqualTo("disabled\ndisabled");
        assertThat(host.printed("id -un changeover")).isEqualTo("changeover");
        assertThat(
                        host.printed(
                                "source /usr/share/bash-completion/completions/changeover; complete -p changeover; man -w changeover-upgrade"))
                .contains("_complete_changeover", "changeover-upgrade.1");
        host.printed("""
                cat > /etc/changeover/agent.toml <<EOF
                node_id = "packages"
                run_dir = "/var/lib/changeover-agent/run"
                kernels_dir = "/var/lib/changeover-agent/kernels"
                haproxy_configuration = "/etc/haproxy/haproxy.cfg"
                package_addresses = ["file:///srv/kernels/"]
                check_user = "haproxy_check"
                EOF
                """);
    }

    @Test
    void the_rpm_has_the_files_and_scripts_of_the_deb() throws IOException {
        if (!Files.isExecutable(Path.of("/usr/bin/rpm"))) throw RealParts.missing("needs rpm: install rpm");

        assertThat(files("rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\\n]' changeover.rpm")
                        .map(path -> path.replace("/site-functions/", "/vendor-completions/")))
                .containsExactlyInAnyOrderElementsOf(
                        files("dpkg-deb -c changeover.deb | awk '{print $1, substr($6, 2)}'")
                                .toList());
        assertThat(printed("rpm -qp --scripts changeover.rpm"))
                .contains("systemctl daemon-reload", "useradd --system", "changeover agent give-back");
    }

    /** With their rights; without the notices of the Java runtime's parts, most of which are links to one. */
    private static Stream<String> files(String command) throws IOException {
        return printed(command).lines().filter(line -> line.startsWith("-") && !line.contains("/legal/"));
    }

    private static String printed(String command) throws IOException {
        return ProgramRun.in(MADE, "bash", "-c", command).output();
    }
}
