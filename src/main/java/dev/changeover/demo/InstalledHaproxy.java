package dev.changeover.demo;

import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The HAProxy that somebody installed on this host, as a kernel package; it goes on using the host's libraries. */
final class InstalledHaproxy {
    private InstalledHaproxy() {}

    /** Packs that program into the directory, under the version it reports. */
    static Path pack(Path program, Path directory) throws IOException {
        String[] words =
                ProgramRun.in(directory, program.toString(), "-v").output().split("\\s+", 4);
        if (words.length < 4) {
            throw new IOException(program + " does not report its version as HAProxy does");
        }
        Path work = Files.createTempDirectory(directory, ".packing");
        try {
            Path tree = Files.createDirectories(work.resolve("tree"));
            Files.createDirectories(tree.resolve("usr/sbin"));
            Files.copy(program, tree.resolve("usr/sbin/haproxy"), StandardCopyOption.COPY_ATTRIBUTES);
            Path archive = work.resolve("haproxy_" + words[2] + "_installed.tar.gz");
            KernelArchive.pack(tree, archive, "usr/sbin/haproxy");
            return Files.move(
                    archive,
                    directory.resolve(archive.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            FileTree.delete(work);
        }
    }
}
