package dev.changeover.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.Python;
import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of processes that hold the same sockets for a moment, the right one is found. What HAProxy does in microseconds is done
 * slowly by a program that goes by its name.
 */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class RunningProxyTest {
    private HaproxyHost host;
    private @Nullable Process slow;

    @BeforeEach
    void host() throws IOException {
        host = new HaproxyHost();
    }

    @AfterEach
    void close() throws IOException {
        if (slow != null) {
            slow.descendants().forEach(ProcessHandle::destroyForcibly);
            slow.destroyForcibly();
        }
        host.close();
    }

    @Test
    void a_child_on_its_way_to_become_another_program_is_not_taken_for_its_parent() throws Exception {
        var slow = slow("child ends");
        var child = slow.output().readLine();
        assertThat(ProcessTable.isHaproxy(Long.parseLong(child))).isTrue();

        var found = whileLookingFor(slow, this::look);

        assertThat(found.worker()).isEqualTo(slow.process().pid());
        assertThat(found.master()).isEmpty();
    }

    @Test
    void a_master_that_still_holds_its_workers_sockets_is_not_taken_for_the_worker() throws Exception {
        var slow = slow("parent closes");
        var child = Long.parseLong(slow.output().readLine());

        var found = whileLookingFor(slow, this::look);

        assertThat(found.worker()).isEqualTo(child);
        assertThat(found.master()).contains(slow.process().pid());
    }

    @ParameterizedTest
    @ValueSource(strings = {"child ends", "parent closes"})
    void one_with_unix_sockets_alone_is_found_by_its_files(String end) throws Exception {
        var file = Files.createFile(host.home().resolve("haproxy.cfg"));
        var slow = slowOn(host.home().resolve("s.sock").toString(), end, "-f", file.toString());
        var child = Long.parseLong(slow.output().readLine());

        var found = whileLookingFor(slow, () -> RunningProxy.of(OperatorConfiguration.parse(""), List.of(file)));

        assertThat(found.worker())
                .isEqualTo(end.equals("child ends") ? slow.process().pid() : child);
    }

    @Test
    void a_haproxy_by_any_other_name_is_one() throws Exception {
        var program = Files.copy(HaproxyHost.older().executable(), host.home().resolve("lb"));
        var file = Files.writeString(
                host.home().resolve("lb.cfg"),
                host.configuration(RealParts.mariaDb().address().getPort()));

        host.startForeign(new Program(program, HaproxyHost.older().libraries()), file, "-W");

        await().ignoreExceptions().until(() -> look().master().isPresent());
    }

    @Test
    void a_master_that_has_started_no_worker_is_none() throws Exception {
        var slow = slow("child ends", "-W");
        slow.output().readLine();
        goOn(slow);
        assertThat(slow.output().readLine()).isEqualTo("alone");

        assertThatThrownBy(this::look)
                .hasMessage("HAProxy [%d] is a master without a worker: see whether it has started"
                        .formatted(slow.process().pid()));
    }

    @Test
    void nobody_is_chosen_among_those_that_share_sockets_for_good() throws Exception {
        var slow = slow("child ends");
        var child = slow.output().readLine();

        assertThatThrownBy(this::look)
                .hasMessageStartingWith("HAProxy processes that another one started share its sockets: ")
                .hasMessageContainingAll(Long.toString(slow.process().pid()), child);
    }

    /** Each check is a copy of the worker for some microseconds. */
    @ParameterizedTest
    @ValueSource(strings = {"-W", "-db"})
    void a_haproxy_that_starts_programs_all_the_time_is_found_each_time(String mode) throws Exception {
        var text = new StringBuilder(
                host.configuration(RealParts.mariaDb().address().getPort()).replace("global\n", """
                        global
                            external-check
                            insecure-fork-wanted
                        """));
        text.append("backend checked\n    option external-check\n    external-check command /bin/true\n");
        for (int i = 0; i < 5; i++) text.append("    server s%d 127.0.0.1:1 check inter 10ms\n".formatted(i));
        var started = host.startForeign(Files.writeString(host.home().resolve("checks.cfg"), text), mode);
        await().ignoreExceptions().until(() -> look().isRunning());
        var worker = look().worker();

        for (int i = 0; i < 10; i++) assertThat(look().worker()).isEqualTo(worker);

        assertThat(look().master().orElse(worker)).isEqualTo(started.pid());
    }

    private RunningProxy look() throws IOException, InterruptedException {
        return RunningProxy.on(List.of(host.address()));
    }

    /** Lets it go on once somebody has looked at it. */
    private RunningProxy whileLookingFor(Slow slow, Callable<RunningProxy> looking) throws Exception {
        var look = new FutureTask<>(looking);
        var thread = Thread.ofPlatform().start(look);
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> EnumSet.of(Thread.State.TIMED_WAITING, Thread.State.TERMINATED)
                        .contains(thread.getState()));
        goOn(slow);
        return look.get();
    }

    private record Slow(Process process, BufferedReader output) {}

    private Slow slow(String end, String... words) throws Exception {
        return slowOn(Integer.toString(host.port()), end, words);
    }

    /**
     * Listens, starts a child that holds the socket, too, and says which. After a line of input one of them does no more.
     *
     * @param address a port, or a path
     * @param end "child ends" or "parent closes"
     */
    private Slow slowOn(String address, String end, String... words) throws Exception {
        var python = Python.interpreter();
        var program = Files.copy(python.program(), host.home().resolve("haproxy-slow"));
        var builder = new ProcessBuilder(program.toString(), "-c", """
                import os, signal, socket, sys
                where = sys.argv[1]
                if where.isdigit(): held = socket.create_server(("127.0.0.1", int(where)))
                else: held = socket.create_server(where, family=socket.AF_UNIX)
                child = os.fork()
                if not child: signal.pause()
                print(child, flush=True)
                sys.stdin.readline()
                if sys.argv[2] == "parent closes": held.close()
                else:
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                print("alone", flush=True)
                sys.stdin.read()
                """, address, end);
        builder.command().addAll(List.of(words));
        builder.environment().putAll(python.environment());
        var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        slow = process;
        return new Slow(process, process.inputReader());
    }

    private static void goOn(Slow slow) throws IOException {
        slow.process().getOutputStream().write('\n');
        slow.process().getOutputStream().flush();
    }
}
