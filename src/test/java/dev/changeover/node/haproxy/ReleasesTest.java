package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.OtherRelease;
import dev.changeover.demo.PersistentClients;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.host.ProgramRun;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.adoption.Adoption;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Upgrades between the HAProxys of Debian's releases, under load. */
@Order(1)
class ReleasesTest {
    private static final Pattern SAYS = Pattern.compile("HA-?Proxy version ((\\d+\\.\\d+\\.\\d+)\\S*) ");
    private static final Duration SOAK = Duration.ofSeconds(2);
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(200);
    private static final int SESSIONS = 20;
    private static final int PER_SECOND = 200;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "from {0} to {1}")
    @CsvSource({"bullseye, this", "this, trixie", "this, sid", "bullseye, sid"})
    void an_upgrade_from_one_branch_of_haproxy_to_another_fails_no_connection(String from, String to) throws Exception {
        var rig = new HaproxyRig(directory, false);
        useThreads(rig, !from.equals("bullseye"));
        var older = kernel(rig, from);
        var newer = kernel(rig, to);
        var login = RealParts.mariaDb().app();
        var environment = TestActivityEnvironment.newInstance();
        try {
            environment.registerActivitiesImplementations(rig.agent(Breakpoint.NONE));
            var agent = environment.newActivityStub(NodeActivities.class);
            agent.stage(new StageOrder(rig.node(), older));
            rig.agent().boot(older.version(), ByHand.CAREFULLY);
            agent.stage(new StageOrder(rig.node(), newer));
            try (var sessions = PersistentClients.open(List.of(rig.address()), login, SESSIONS, SIGN_OF_LIFE);
                    var shorts = ShortConnections.start(List.of(rig.address()), login, PER_SECOND)) {
                agent.handOver(new HandOverOrder(rig.node(), newer));
                agent.verify(new VerifyOrder(rig.node(), newer, SOAK, false));

                assertThat(sessions.alive()).isEqualTo(SESSIONS);
                assertThat(rig.agent().status().generations())
                        .satisfiesExactly(
                                serving -> assertThat(serving.reportedVersion()).isEqualTo(newer.reportedVersion()),
                                retiring -> assertThat(retiring.sessions()).isEqualTo(SESSIONS));
                shorts.close();
                assertThat(shorts.total().reasons()).isEmpty();
                assertThat(shorts.total().failed()).isZero();
            }
            await().untilAsserted(
                            () -> assertThat(rig.agent().status().generations()).hasSize(1));
        } finally {
            environment.close();
            rig.close();
        }
    }

    /** As a distribution's unit starts it; its program is staged before, because it has libraries of its own. */
    @ParameterizedTest(name = "of {0}")
    @CsvSource({"bullseye", "trixie", "sid"})
    void a_running_haproxy_of_another_branch_is_adopted_and_fails_no_connection(String release) throws Exception {
        var rig = new HaproxyRig(directory, false);
        useThreads(rig, !release.equals("bullseye"));
        var kernel = kernel(rig, release);
        var login = RealParts.mariaDb().app();
        var environment = TestActivityEnvironment.newInstance();
        var program = directory.resolve(release).resolve("usr/sbin/haproxy").toString();
        var foreign = new ProcessBuilder(
                        program, "-W", "-db", "-S", rig.home() + "/m.sock", "-f", "" + rig.operatorFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            environment.registerActivitiesImplementations(rig.agent(Breakpoint.NONE));
            environment.newActivityStub(NodeActivities.class).stage(new StageOrder(rig.node(), kernel));
            await().ignoreExceptions().until(() -> {
                try (var client = new SessionClient(rig.address())) {
                    return client.alive();
                }
            });
            try (var sessions = PersistentClients.open(List.of(rig.address()), login, SESSIONS, SIGN_OF_LIFE);
                    var shorts = ShortConnections.start(List.of(rig.address()), login, PER_SECOND)) {
                var adoption = new Adoption(rig.configuration(), rig.agent());
                adoption.carryOut(adoption.plan(kernel.version()));
                await().until(() -> shorts.total().connections() > PER_SECOND);

                assertThat(sessions.alive()).isEqualTo(SESSIONS);
                // as soon as the last short one that had begun in it has ended
                await().untilAsserted(() -> assertThat(rig.agent().status().generations())
                        .satisfiesExactly(
                                serving -> assertThat(serving.reportedVersion()).isEqualTo(kernel.reportedVersion()),
                                retiring -> assertThat(retiring.sessions()).isEqualTo(SESSIONS)));
                shorts.close();
                assertThat(shorts.total().reasons()).isEmpty();
                assertThat(shorts.total().failed()).isZero();
            }
            await().until(() -> !foreign.isAlive());
            if (!release.equals("bullseye")) mayHaveMoreSocketsButNotFewer(rig);
        } finally {
            environment.close();
            rig.close();
        }
    }

    private static void mayHaveMoreSocketsButNotFewer(HaproxyRig rig) throws IOException {
        var two = Files.readString(rig.operatorFile());
        Files.writeString(
                rig.operatorFile(), two.replace("nbthread 2", "nbthread 4").replace("shards 2", "shards 4"));
        rig.reload();
        Files.writeString(rig.operatorFile(), two);
        assertThatThrownBy(rig::reload)
                .hasMessageContaining("took over 2 of the 4 sockets that listen on")
                .hasMessageContaining("nbthread");
    }

    /** With settings that later versions take in no place but the first, and several sockets on one address. */
    private static void useThreads(HaproxyRig rig, boolean hasShards) throws IOException {
        var text = Files.readString(rig.operatorFile()).replace("global\n", "global\n    nbthread 2\n");
        var bind = "bind 127.0.0.1:%d".formatted(rig.address().getPort());
        assertThat(text).contains(bind);
        Files.writeString(rig.operatorFile(), hasShards ? text.replace(bind, bind + " shards 2") : text);
    }

    private KernelToRun kernel(HaproxyRig rig, String release) throws Exception {
        if (release.equals("this")) return rig.kernel(Package.A);
        var archive = OtherRelease.archive(release, "haproxy", "usr/sbin/haproxy");
        var tree = Files.createDirectories(directory.resolve(release));
        ProgramRun.in(tree, "tar", "-xzf", archive.toString()).output();
        var program = tree.resolve("usr/sbin/haproxy").toString();
        var said = SAYS.matcher(ProgramRun.in(tree, program, "-v").output());
        assertThat(said.find()).isTrue();
        var source = new KernelToRun.Source(
                System.getProperty("os.arch"), archive.toUri().toString(), HaproxyPackages.sha256(archive));
        return new KernelToRun(KernelVersion.of(said.group(2) + ".0"), said.group(1), List.of(source));
    }
}
