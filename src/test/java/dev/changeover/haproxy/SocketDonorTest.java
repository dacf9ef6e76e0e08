package dev.changeover.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With HAProxy processes that were started as a distribution's unit does, without a socket that passes listeners on. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class SocketDonorTest {
    private HaproxyHost host;

    @BeforeEach
    void host() throws IOException {
        host = new HaproxyHost();
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-db", "-W -db", "-W -db -S master.sock"})
    void the_very_same_sockets_come_from_a_process_that_knows_nothing_of_it(String mode) throws Exception {
        var running = running(mode);

        var next = takeOver(running);

        var sockets = ListeningSockets.now();
        assertThat(sockets.heldBy(next.worker()).get(host.address()))
                .hasSize(1)
                .isEqualTo(sockets.heldBy(running.worker()).get(host.address()));
        assertThat(sockets.heldBy(ProcessHandle.current().pid())).doesNotContainKey(host.address());
        assertThat(running.isRunning()).isTrue();
        assertThat(running.masterSocket().isPresent()).isEqualTo(mode.contains("-S"));
    }

    @Test
    void a_socket_that_is_bound_to_an_interface_is_recognised() throws Exception {
        var running = running(
                "-db",
                configuration()
                        .replace("bind 127.0.0.1:" + host.port(), "bind 127.0.0.1:" + host.port() + " interface lo"));

        var next = takeOver(
                running,
                configuration()
                        .replace("bind 127.0.0.1:" + host.port(), "bind 127.0.0.1:" + host.port() + " interface lo"));

        assertThat(ListeningSockets.now().heldBy(next.worker()).get(host.address()))
                .hasSize(1);
    }

    @Test
    void what_runs_becomes_a_kernel_with_the_libraries_that_it_needs() throws Exception {
        var running = running("-db");
        var tree = Files.createDirectories(host.home().resolve("kernel"));

        KernelOfProcess.of(running.worker()).copyTo(tree);

        var copy = Program.in(tree);
        assertThat(copy.reportedVersion()).isEqualTo(RealParts.kernels().older().reportedVersion());
        assertThat(copy.libraries())
                .hasValueSatisfying(libraries -> assertThat(libraries.toFile().list())
                        .isNotEmpty()
                        .noneMatch(name -> name.startsWith("libc.so")));
    }

    @Test
    void nobody_who_comes_is_told_in_time_and_no_copy_is_left() throws Exception {
        var running = running("-db");

        try (var donor = SocketDonor.of(running.worker())) {
            assertThatThrownBy(() -> donor.serveOnce(host.home().resolve("donor.sock"), Duration.ofMillis(200)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nobody came in time");
        }

        assertThat(host.home().resolve("donor.sock")).doesNotExist();
        assertThat(ListeningSockets.now().heldBy(ProcessHandle.current().pid())).doesNotContainKey(host.address());
    }

    @Test
    void a_process_that_is_none_is_named() {
        assertThatThrownBy(() -> SocketDonor.of(Integer.MAX_VALUE)).isInstanceOf(IOException.class);
    }

    @Test
    void another_program_on_the_address_is_named() throws Exception {
        try (var stranger =
                new java.net.ServerSocket(host.port(), 1, host.address().host())) {
            assertThat(stranger.isBound()).isTrue();

            assertThatThrownBy(() -> RunningProxy.on(List.of(host.address())))
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("which is no HAProxy");
        }
    }

    @Test
    void an_address_on_which_nobody_listens_is_named() {
        assertThatThrownBy(() -> RunningProxy.on(List.of(host.address())))
                .hasMessageContaining("nothing listens on " + host.address());
    }

    private String configuration() throws Exception {
        return host.configuration(RealParts.mariaDb().address().getPort());
    }

    private RunningProxy running(String mode) throws Exception {
        return running(mode, configuration());
    }

    private RunningProxy running(String mode, String configuration) throws Exception {
        var file = Files.writeString(host.home().resolve("foreign.cfg"), configuration);
        host.startForeign(
                file, mode.replace("master.sock", host.home() + "/master.sock").split(" "));
        await().ignoreExceptions()
                .until(() -> RunningProxy.on(List.of(host.address())).isRunning());
        return RunningProxy.on(List.of(host.address()));
    }

    private Generation.Live takeOver(RunningProxy running) throws Exception {
        return takeOver(running, configuration());
    }

    private Generation.Live takeOver(RunningProxy running, String configuration) throws Exception {
        var directory = host.run().prepare(OperatorConfiguration.parse(configuration), host.home());
        Path door = host.home().resolve("donor.sock");
        try (var donor = SocketDonor.of(running.worker())) {
            var given = CompletableFuture.runAsync(() -> {
                try {
                    donor.serveOnce(door, Duration.ofMinutes(1));
                } catch (IOException failure) {
                    throw new CompletionException(failure);
                }
            });
            await().until(() -> Files.exists(door));
            var started = StartedTree.start(HaproxyHost.newer(), directory, door);
            given.join();
            await(started.output()).until(() -> Generation.observe(directory) instanceof Generation.Live);
            return (Generation.Live) Generation.observe(directory);
        }
    }
}
