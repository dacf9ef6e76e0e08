package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrivateFileTest {

    private static final String LONG = "0123456789abcdef".repeat(5000);

    @TempDir
    Path directory;

    /** One way to write something that must be found again. */
    @FunctionalInterface
    interface Write {
        void to(Path file) throws IOException;
    }

    static Stream<Named<Write>> writes() {
        return Stream.of(
                Named.of("a file", file -> PrivateFile.write(file, LONG)),
                Named.of(
                        "a file if there is none", file -> PrivateFile.writeIfAbsent(file.resolveSibling("new"), LONG)),
                Named.of("a directory", file -> {
                    var draft = Files.createDirectory(file.resolveSibling("draft"));
                    try {
                        PrivateFile.write(draft.resolve("content"), LONG);
                        FileTree.publish(draft, file.resolveSibling("whole"));
                    } finally {
                        FileTree.delete(draft);
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("writes")
    void a_full_disk_leaves_what_was_there_and_nothing_else(Write write) throws Exception {
        try (var disk = SmallDisk.at(directory.resolve("disk"), 1024)) {
            var file = disk.path().resolve("file");
            PrivateFile.write(file, "before");
            // Cut after every page that the disk has room for, the last one before it would fit included.
            for (int pages = 0; pages < LONG.length() / 4096; pages++) {
                disk.fill();
                try (var filler = Files.newByteChannel(disk.path().resolve("filler"), StandardOpenOption.WRITE)) {
                    filler.truncate(Math.max(0, filler.size() - pages * 4096L));
                }
                var names = disk.names();

                var failure = catchThrowable(() -> write.to(file));
                // A child that another test starts held a draft that was deleted, and has let go of it: there was room
                // after all.
                if (failure == null && pages > 0) return;

                assertThat(failure).isInstanceOf(IOException.class).hasMessageContaining("No space left");
                assertThat(file).hasContent("before");
                assertThat(disk.names()).isEqualTo(names);
                disk.makeRoom();
            }
            write.to(file);
        }
    }

    @ParameterizedTest
    @MethodSource("writes")
    void a_disk_that_became_read_only_leaves_what_was_there(Write write) throws Exception {
        try (var disk = SmallDisk.at(directory.resolve("disk"), 1024)) {
            var file = disk.path().resolve("file");
            PrivateFile.write(file, "before");
            disk.makeReadOnly(true);

            assertThatThrownBy(() -> write.to(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Read-only");

            assertThat(file).hasContent("before");
            assertThat(disk.names()).containsExactly("file");
        }
    }

    @ParameterizedTest
    @MethodSource("writes")
    void a_disk_that_fails_leaves_what_was_there(Write write) throws Exception {
        try (var disk = SmallDisk.broken(
                directory.resolve("disk"), path -> PrivateFile.write(path.resolve("file"), "before"))) {
            var names = disk.names();

            assertThatThrownBy(() -> write.to(disk.path().resolve("file")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Input/output error");

            assertThat(disk.path().resolve("file")).hasContent("before");
            assertThat(disk.names()).isEqualTo(names);
        }
    }

    @Test
    void a_file_is_its_users_alone_from_the_first_moment_on() throws IOException {
        var file = directory.resolve("below/file");

        PrivateFile.write(file, "first");
        PrivateFile.write(file, "second");

        assertThat(file).hasContent("second");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_file_that_is_there_is_kept_where_one_is_only_wanted() throws IOException {
        var file = directory.resolve("file");
        PrivateFile.writeIfAbsent(file, "first");

        PrivateFile.writeIfAbsent(file, "second");

        assertThat(file).hasContent("first");
    }

    @Test
    void a_damaged_file_is_kept_beside_the_latest_one_only() throws IOException {
        var file = directory.resolve("file");
        for (var content : new String[] {"first", "second"}) {
            Files.writeString(file, content);
            PrivateFile.setAside(file, "says nothing");
        }

        assertThat(file).doesNotExist();
        assertThat(directory.resolve("file" + PrivateFile.DAMAGED)).hasContent("second");
    }

    @Test
    void a_pipe_in_the_place_of_a_file_is_set_aside_once_and_a_socket_stays() throws Exception {
        var generation = Files.createDirectory(directory.resolve("gen-1"));
        var pipe = generation.resolve("haproxy.cfg");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        var socket = generation.resolve("stats.sock");
        try (var open = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            open.bind(UnixDomainSocketAddress.of(socket));

            PrivateFile.setPipesAside(directory);
            PrivateFile.setPipesAside(directory);
        }

        assertThat(generation.toFile().list())
                .containsExactlyInAnyOrder("haproxy.cfg" + PrivateFile.DAMAGED, "stats.sock");
    }

    @Test
    void what_goes_away_or_may_not_be_listed_does_not_keep_pipes_from_being_set_aside() throws Exception {
        var closed = Files.createDirectory(directory.resolve("lost+found"));
        var vanished = directory.resolve("gone");
        Files.createSymbolicLink(vanished, Path.of("nowhere"));
        var pipe = directory.resolve("starts");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Files.setPosixFilePermissions(closed, Set.of());

        try {
            PrivateFile.setPipesAside(directory);
            PrivateFile.setPipesAside(directory.resolve("none"));
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }

        assertThat(pipe).doesNotExist();
    }

    @Test
    void room_that_was_kept_is_there_when_the_disk_is_full() throws Exception {
        try (var disk = SmallDisk.at(directory.resolve("disk"), 80 << 10)) {
            var reserve = new DiskReserve(disk.path().resolve("reserve"));
            reserve.hold();
            disk.fill();
            assertThatThrownBy(() -> PrivateFile.write(disk.path().resolve("file"), LONG))
                    .isInstanceOf(IOException.class);

            reserve.giveBack();
            PrivateFile.write(disk.path().resolve("file"), LONG);
            reserve.hold();

            assertThat(disk.names()).as("no room is taken from a full disk").containsExactly("file", "filler");
        }
    }
}
