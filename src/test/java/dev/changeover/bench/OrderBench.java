package dev.changeover.bench;

import static dev.changeover.bench.Page.ratio;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderKind;
import dev.changeover.node.Permit;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.Retirement;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.order.CheckedOrders;
import dev.changeover.node.order.Enrolment;
import dev.changeover.node.order.OrderRules;
import dev.changeover.node.order.OrderSigner;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it takes to sign an order, and to check it before it is carried out. */
class OrderBench {
    private static final int WARM = 2_000;
    private static final int MEASURED = 2_000;
    private static final double AIM = 1;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** As the launcher starts an agent: only the first compiler, which makes slower arithmetic with less memory. */
    private static final List<String> AGENT =
            List.of("-Xmx48m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+UseCompactObjectHeaders");

    private static final List<String> BOTH_COMPILERS = List.of("-XX:+UseSerialGC");

    /** Milliseconds; of processor time the mean, because its clock is coarse. */
    private record Took(double first, double processor, double p50, double p99) {
        static Took measured(Callable<?> step) throws Exception {
            var first = millis(step);
            for (int i = 0; i < WARM; i++) step.call();
            var all = new double[MEASURED];
            var before = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < MEASURED; i++) all[i] = millis(step);
            var processor = (THREADS.getCurrentThreadCpuTime() - before) / 1e6 / MEASURED;
            Arrays.sort(all);
            return new Took(first, processor, all[MEASURED / 2], all[MEASURED * 99 / 100]);
        }

        private static double millis(Callable<?> step) throws Exception {
            var began = System.nanoTime();
            step.call();
            return (System.nanoTime() - began) / 1e6;
        }

        String text() {
            return "%s %s %s %s".formatted(first, processor, p50, p99);
        }

        static Took parse(String text) {
            var figures = Stream.of(text.split(" ", -1)).map(Double::valueOf).toList();
            return new Took(figures.get(0), figures.get(1), figures.get(2), figures.get(3));
        }

        List<String> row(String name) {
            return List.of(name, ratio(first), ratio(processor), ratio(p50), ratio(p99));
        }
    }

    @Test
    void an_order_is_signed_and_checked_in_a_millisecond(@TempDir Path home) throws Exception {
        var signed = in(BOTH_COMPILERS, home, "sign");
        var checked = in(BOTH_COMPILERS, home, "check");
        var inAnAgent = in(AGENT, home, "check");
        var forced = in(AGENT, home, "force");
        Page.write(
                Page.Chapter.ORDERS,
                """
                An order is signed by the control plane and checked by the agent: signature, node, time, and the step, which
                is written down and forced to the disk before it is carried out. *forced* is that write alone, of as many
                bytes. *First* is the first order of a process, *processor* what one order takes of it; figures are of %,d
                orders after %,d to warm up. The aim is at most %.0f ms of a processor for signing and checking.""".formatted(MEASURED, WARM, AIM),
                Page.table(List.of(
                        List.of("ms", "first", "processor", "p50", "p99"),
                        signed.row("sign"),
                        checked.row("check"),
                        inAnAgent.row("check, with an agent's flags (first compiler only)"),
                        forced.row("forced"))));

        assertThat(signed.processor() + checked.processor()).isLessThanOrEqualTo(AIM);
    }

    private static Callable<HandOverOrder> signing(OrderSigner signer) {
        var kernel = new KernelToRun(
                KernelVersion.of("2.6.12.4"),
                "2.6.12-1+deb12u4",
                List.of(new KernelToRun.Source("amd64", "https://packages/haproxy.deb", "0".repeat(64))));
        var step = new int[1];
        return () -> {
            var bare = new HandOverOrder(new NodeOrder("n1", "machine"), kernel);
            var good = Instant.now().plusSeconds(600);
            Permit permit = signer.permit("job", ++step[0], OrderKind.HAND_OVER, "n1", good, bare);
            return new HandOverOrder(new NodeOrder("n1", "machine", Duration.ofHours(24), 0, permit), kernel);
        };
    }

    private static Took in(List<String> flags, Path parent, String what) throws IOException, InterruptedException {
        var home = Files.createTempDirectory(parent, what);
        var command = new ArrayList<>(List.of(JarProcess.java()));
        command.addAll(flags);
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), OrderBench.class.getName(), what, home.toString()));
        var process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Took.parse(Files.readString(home.resolve("figures")));
    }

    /** In a process of its own: {@code sign}, {@code check} or {@code force}, and a directory for what it writes. */
    public static void main(String[] words) throws Exception {
        var home = Path.of(words[1]);
        var took = switch (words[0]) {
            case "sign" -> Took.measured(signing(OrderSigner.of(new byte[32])));
            case "check" -> checking(home);
            default -> forcing(home);
        };
        Files.writeString(home.resolve("figures"), took.text());
    }

    private static Took checking(Path home) throws Exception {
        var signer = OrderSigner.of(new byte[32]);
        Enrolment.accept(Enrolment.token(signer, "n1", Instant.now()), "n1", home, Instant.now());
        var site = new CheckedOrders.Site("n1", home, OrderRules.DEFAULT, Optional::empty);
        var agent = new CheckedOrders(new Idle(), site, InstantSource.system(), refusal -> {});
        var sign = signing(signer);
        var orders = new ArrayList<HandOverOrder>();
        for (int i = 0; i <= WARM + MEASURED; i++) orders.add(sign.call());
        var next = orders.iterator();
        return Took.measured(() -> agent.handOver(next.next()));
    }

    private static Took forcing(Path home) throws Exception {
        var line = "{\"job\":{\"step\":1000,\"over\":false,\"good\":\"2026-11-27T12:00:00.123456Z\"}}\n"
                .getBytes(StandardCharsets.UTF_8);
        try (var file = FileChannel.open(
                home.resolve("lines"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND)) {
            return Took.measured(() -> {
                file.write(ByteBuffer.wrap(line));
                file.force(false);
                return line;
            });
        }
    }

    /** An agent that has done everything already. */
    private static final class Idle implements NodeActivities {
        private static final NodeState STATE = new NodeState(
                "n1", "machine", 1, Instant.EPOCH, List.of(), null, List.of(), List.of(), 0, List.of(), null, null);

        @Override
        public NodeState inspect(NodeOrder order) {
            return STATE;
        }

        @Override
        public NodeState stage(StageOrder order) {
            return STATE;
        }

        @Override
        public HandOver handOver(HandOverOrder order) {
            return new HandOver(STATE, false, Instant.EPOCH, List.of());
        }

        @Override
        public NodeState verify(VerifyOrder order) {
            return STATE;
        }

        @Override
        public Retirement retire(RetireOrder order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Closed closeSessions(CloseOrder order) {
            throw new UnsupportedOperationException();
        }
    }
}
