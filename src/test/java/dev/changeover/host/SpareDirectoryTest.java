package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpareDirectoryTest {
    private static final IOException READ_ONLY = new IOException("Read-only file system");

    @TempDir
    Path home;

    @AfterEach
    void remove() throws IOException {
        FileTree.delete(SpareDirectory.make(home, READ_ONLY));
    }

    @Test
    void is_there_once_somebody_needed_it_and_the_same_ever_after() throws IOException {
        assertThat(SpareDirectory.of(home)).isEmpty();

        var made = SpareDirectory.make(home, READ_ONLY);

        assertThat(SpareDirectory.make(home.resolve("../" + home.getFileName()), READ_ONLY))
                .isEqualTo(made);
        assertThat(SpareDirectory.of(home)).contains(made);
    }

    @Test
    void of_an_agent_with_a_user_of_its_own_is_found_by_root_too() throws IOException {
        var root = Files.getOwner(Path.of("/proc/self"));
        assumeThat(root.getName()).as("root types this").isEqualTo("root");
        var agent = home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        var name = SpareDirectory.make(home, READ_ONLY).getFileName();
        var theirs = Path.of("/dev/shm").resolve(name);
        FileTree.makePrivate(theirs);
        Files.setOwner(theirs, agent);
        Files.setOwner(home, agent);

        assertThat(SpareDirectory.of(home)).contains(theirs);

        Files.delete(theirs);
        Files.setOwner(home, root);
    }

    @Test
    void is_none_where_others_can_write_to_it_or_have_put_a_link_in_its_place() throws IOException {
        var made = SpareDirectory.make(home, READ_ONLY);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(SpareDirectory.of(home)).isEmpty();
        assertThatThrownBy(() -> SpareDirectory.make(home, READ_ONLY)).isSameAs(READ_ONLY);

        Files.delete(made);
        Files.createSymbolicLink(made, home);
        assertThat(SpareDirectory.of(home)).isEmpty();
        assertThatThrownBy(() -> SpareDirectory.make(home, READ_ONLY)).isSameAs(READ_ONLY);
        Files.delete(made);
    }
}
