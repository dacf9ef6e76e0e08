package dev.changeover.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.changeover.node.haproxy.HaproxyDriver;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListeningSocketsTest {
    private static final String TITLE =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private static final String LISTENS =
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0";
    private static final String WAITS_FOR_ITS_END =
            "   1: 0100007F:1F90 0100007F:C350 06 00000000:00000000 03:00000B5E 00000000     0        0 0 3 0";

    @Test
    void reads_a_busy_hosts_table_no_further_than_the_sockets_that_listen() {
        var read = new AtomicInteger();
        var table = Stream.concat(Stream.of(TITLE, LISTENS), Stream.generate(() -> WAITS_FOR_ITS_END))
                .peek(line -> read.incrementAndGet());

        var listening = ListeningSockets.listening(table);

        assertThat(listening)
                .singleElement()
                .satisfies(socket -> assertThat(socket).hasToString("Listening[address=127.0.0.1:8080, inode=4711]"));
        assertThat(read).hasValue(3);
    }

    @Test
    void a_process_that_listens_is_found_at_the_same_cost_whatever_else_it_holds() throws Exception {
        var others = new ArrayList<DatagramChannel>();
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            listening.bind(new InetSocketAddress("127.0.0.1", 0));
            costOfFinding(listening);
            var alone = costOfFinding(listening);
            for (int i = 0; i < 2_000; i++) others.add(DatagramChannel.open());

            assertThat(costOfFinding(listening)).isLessThan(2 * alone);
        } finally {
            for (var other : others) other.close();
        }
    }

    @Test
    void the_sockets_of_many_addresses_cost_one_look_into_the_process() throws Exception {
        var us = ProcessHandle.current().pid();
        var open = new ArrayList<AbstractSelectableChannel>();
        var addresses = new ArrayList<InetSocketAddress>();
        try {
            for (int i = 0; i < 2_000; i++) open.add(DatagramChannel.open());
            for (int i = 0; i < 20; i++) {
                var listening = ServerSocketChannel.open(StandardProtocolFamily.INET);
                open.add(listening.bind(new InetSocketAddress("127.0.0.1", 0)));
                addresses.add((InetSocketAddress) listening.getLocalAddress());
            }
            var driver = new HaproxyDriver(Path.of("run"), Path.of("haproxy.cfg"), "haproxy_check");
            Look one = () -> assertThat(driver.sockets().heldBy(us, addresses.getFirst()))
                    .hasSize(1);
            one.look();

            var once = costOf(one);
            assertThat(costOf(() -> {
                        var sockets = driver.sockets();
                        for (var address : addresses)
                            assertThat(sockets.heldBy(us, address)).hasSize(1);
                    }))
                    .isLessThan(2 * once);
        } finally {
            for (var one : open) one.close();
        }
    }

    private interface Look {
        void look() throws IOException;
    }

    /** In bytes allocated. */
    private static long costOf(Look look) throws IOException {
        var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var before = memory.getCurrentThreadAllocatedBytes();
        look.look();
        return memory.getCurrentThreadAllocatedBytes() - before;
    }

    private static long costOfFinding(ServerSocketChannel listening) throws IOException {
        return costOf(() -> assertThat(
                        ListeningSockets.areHeldBy(ProcessHandle.current().pid()))
                .as("%s is found", listening)
                .isTrue());
    }
}
