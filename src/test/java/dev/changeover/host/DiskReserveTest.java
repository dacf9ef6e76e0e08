package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskReserveTest {
    private static final int RESERVE = 4 << 20;

    @TempDir
    private Path home;

    @Test
    void room_on_the_disk_is_taken_without_as_much_memory() {
        var file = home.resolve("reserve");
        var thread = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long before = thread.getCurrentThreadAllocatedBytes();

        new DiskReserve(file).hold();

        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(RESERVE / 4);
        assertThat(file).hasSize(RESERVE);
    }
}
