package dev.changeover.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.StickTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The longest table that is repeated, in a process that has as much memory as an agent has. */
class RunTimeMemoryTest {
    private static final StickTable TABLE = new StickTable("db", "ip", RunTimeState.MOST_ENTRIES);

    private HaproxyHost host;

    @BeforeEach
    void host() throws Exception {
        host = new HaproxyHost();
    }

    @AfterEach
    void end() throws Exception {
        host.close();
    }

    @Test
    void the_longest_table_with_many_counters_is_repeated_twice_by_an_agent_that_holds_much_else() throws Exception {
        var old = start(Optional.empty());
        var entries = IntStream.range(0, RunTimeState.MOST_ENTRIES)
                .mapToObj(i -> ("set table db key 10.0.%d.%d data.server_id 1 data.conn_cnt %d data.conn_rate %d"
                                + " data.sess_rate %d data.bytes_in_cnt %d data.bytes_out_cnt %d data.gpc0 %d")
                        .formatted(i / 256, i % 256, i, i, i, i, i, i))
                .toList();
        assertThat(ownSocket(old).obey(entries)).isEmpty();
        var next = start(Optional.of(old.directory()));

        var agent = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms8m",
                        "-Xmx48m",
                        "-XX:NewSize=2m",
                        "-XX:MaxNewSize=2m",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Repeat.class.getName(),
                        host.run().path().toString()))
                .redirectErrorStream(true)
                .start();
        var said = new String(agent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(agent.waitFor()).as(said).isZero();
        var there = new AtomicInteger();
        next.api().entries(TABLE, entry -> there.addAndGet(entry.isSticky() ? 1 : 0));
        assertThat(there).hasValue(RunTimeState.MOST_ENTRIES);
    }

    private static RuntimeApi ownSocket(Generation.Live live) {
        return new RuntimeApi(live.directory().statsSocket(), live.worker());
    }

    private Generation.Live start(Optional<GenerationDirectory> from) throws Exception {
        var text = host.configuration(1)
                + "    stick on src\n    stick-table type ip size 30k store conn_cnt,conn_rate(10s),sess_rate(10s),"
                + "bytes_in_cnt,bytes_out_cnt,gpc0\n";
        var directory = host.run().prepare(OperatorConfiguration.parse(text), host.home());
        StartedTree.start(HaproxyHost.older(), directory, from);
        Awaitility.await().until(() -> Generation.observe(directory) instanceof Generation.Live);
        return (Generation.Live) Generation.observe(directory);
    }

    /** Repeats as a handover does, twice, beside 14 MiB that an agent may hold. */
    static final class Repeat {
        private Repeat() {}

        public static void main(String[] run) throws Exception {
            var other = new byte[14][1 << 20];
            var serving = new RunDirectory(Path.of(run[0])).serving();
            for (var i = 0; i < 2; i++) new RunTimeState(serving.getFirst()).repeatOn(serving.getLast());
            System.out.println(other.length);
        }
    }
}
