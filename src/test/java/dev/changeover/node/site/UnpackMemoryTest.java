package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.RealParts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a package takes of the heap of a process of its own, whose limit is that of an agent. */
class UnpackMemoryTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void a_package_takes_its_memory_out_of_what_earlier_steps_left() throws Exception {
        assertThat(peak("after", 8)).isLessThan(peak("alone", 0) + 4);
    }

    /** Of the heap, in MiB. */
    private int peak(String name, int left) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms8m",
                        "-Xmx48m",
                        "-XX:MaxNewSize=2m",
                        "-XX:MaxHeapFreeRatio=10",
                        "-XX:MinHeapFreeRatio=5",
                        "-XX:-ShrinkHeapInSteps",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Unpack.class.getName(),
                        RealParts.kernels().newer().packageFile().toString(),
                        Files.createDirectory(directory.resolve(name)).toString(),
                        String.valueOf(left))
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Integer.parseInt(said.split(" ", 2)[0]);
    }

    /** Unpacks one after a step that needed megabytes. */
    static final class Unpack {
        private Unpack() {}

        public static void main(String[] words) throws IOException {
            var needed = new byte[Integer.parseInt(words[2]) * MEBIBYTE].length;
            PackageArchive.unpack(Path.of(words[0]), Path.of(words[1]));
            long peak = 0;
            for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
                if (pool.getType() == MemoryType.HEAP)
                    peak += pool.getPeakUsage().getCommitted();
            }
            System.out.println("%d after %d".formatted(peak / MEBIBYTE, needed));
        }
    }
}
