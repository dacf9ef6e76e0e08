package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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

    @Test
    void what_is_held_in_part_is_held_again() throws IOException {
        var file = Files.writeString(home.resolve("reserve"), "its writer was killed");
        var files = Files.createDirectory(home.resolve("reserve-files"));
        Files.setLastModifiedTime(files, FileTime.from(Instant.now().minusSeconds(60)));

        new DiskReserve(file).hold();

        assertThat(file).hasSize(RESERVE);
        assertThat(files.toFile().list()).hasSize(128);
    }

    @Test
    void a_disk_that_had_no_room_for_files_is_not_asked_again_at_once() throws IOException {
        var files = Files.createDirectory(home.resolve("reserve-files"));

        new DiskReserve(home.resolve("reserve")).hold();

        assertThat(files).isEmptyDirectory();
    }
}
