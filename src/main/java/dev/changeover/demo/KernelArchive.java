package dev.changeover.demo;

import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** A kernel package of our own making: the same bytes whenever it is made, so that its checksum stays right. */
final class KernelArchive {
    private KernelArchive() {}

    /** Packs those parts of the tree as {@code .tar.gz}. */
    static void pack(Path tree, Path archive, String... parts) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "tar",
                "--sort=name",
                "--mtime=@0",
                "--owner=0",
                "--group=0",
                "--use-compress-program=gzip -n",
                "-cf",
                archive.toString()));
        command.addAll(List.of(parts));
        ProgramRun.in(tree, command.toArray(String[]::new)).output();
    }

    /** Packs the program that is installed on this host, under the version it reports; it goes on using the host's libraries. */
    static Path ofInstalled(Path program, Path directory) throws IOException {
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
            pack(tree, archive, "usr/sbin/haproxy");
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
