package dev.changeover.demo;

import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Path;
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
}
