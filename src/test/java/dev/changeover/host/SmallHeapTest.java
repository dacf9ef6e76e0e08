package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the heap of a process of its own comes to, whose limit is that of an agent. */
class SmallHeapTest {
    private static final Pattern MEBIBYTES = Pattern.compile("heap (\\d+)");

    @Test
    void a_small_heap_does_not_grow_with_every_step_that_needs_much() throws Exception {
        assertThat(heapAfterSteps("cleaned")).isLessThan(heapAfterSteps("left")).isLessThan(20);
    }

    private static int heapAfterSteps(String how) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms8m",
                "-Xmx48m",
                "-XX:MaxNewSize=2m",
                "-XX:MaxHeapFreeRatio=10",
                "-XX:MinHeapFreeRatio=5",
                "-XX:-ShrinkHeapInSteps",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Steps.class.getName(), how));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        var heap = MEBIBYTES.matcher(said);
        assertThat(heap.find()).as(said).isTrue();
        return Integer.parseInt(heap.group(1));
    }

    /** Needs as much as a package's window, three times. */
    static final class Steps {
        private Steps() {}

        public static void main(String[] how) {
            long sum = 0;
            for (int i = 0; i < 3; i++) {
                sum += new byte[8 << 20].length;
                if (how[0].equals("cleaned")) SmallHeap.clean();
            }
            var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() >> 20;
            System.out.println(sum + " bytes, heap " + heap);
        }
    }
}
