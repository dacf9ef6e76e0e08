package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.server.ServerProcess;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataDirectoryTest {

    @TempDir
    private Path home = Path.of("");

    @Test
    void is_made_for_its_users_eyes_only() throws IOException {
        var data = home.resolve("var").resolve("changeover");

        DataDirectory.make(data);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }

    @ParameterizedTest
    @CsvSource({
        "rwxr-x---, '',                 rwxr-x---",
        "rwxr-xr-x, '',                 rwx------",
        "rwxr-xr-x, changeover.mv.db,   rwx------",
        "rwxrwxr-x, operator-token,     rwx------",
        "rwxr-xr-x, .profile,           rwxr-xr-x",
        "rwxrwxrwx, temporal.db,        rwxrwxrwx"
    })
    void is_closed_where_everybody_may_enter_it_and_nothing_else_is_in_it(String before, String file, String after)
            throws IOException {
        if (!file.isEmpty()) {
            Files.createFile(home.resolve(file));
        }
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString(before));

        DataDirectory.make(home);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                .isEqualTo(after);
    }

    @Test
    void a_file_system_that_is_read_only_is_named() throws Exception {
        try (var disk = SmallDisk.at(home.resolve("disk"), 64)) {
            disk.makeReadOnly(true);

            assertThatThrownBy(() -> DataDirectory.make(disk.path()))
                    .hasRootCauseInstanceOf(FileSystemException.class)
                    .rootCause()
                    .satisfies(why ->
                            assertThat(Reason.of(why)).isEqualTo(disk.path() + ": its file system is read-only"));
        }
    }

    /** As systemd mounts it for the server's unit. */
    @Test
    void one_that_is_writable_below_a_read_only_file_system_is_taken() throws Exception {
        try (var disk = SmallDisk.at(home.resolve("disk"), 64);
                var data = disk.onlyWritableIn(disk.path().resolve("data"))) {
            DataDirectory.make(data.path());

            assertThat(Files.createFile(data.path().resolve("new"))).exists();
        }
    }

    @Test
    void everything_that_a_server_leaves_in_it_is_known_as_its_own() throws IOException {
        var data = home.resolve("data");
        DataDirectory.make(data);
        ServerProcess.start(Map.of(
                        "changeover.data",
                        data.toString(),
                        "changeover.port",
                        0,
                        "changeover.temporal.mode",
                        "IN_PROCESS",
                        "changeover.temporal.allow-in-process",
                        true))
                .close();
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));

        DataDirectory.make(data);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }
}
