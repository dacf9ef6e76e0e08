package dev.changeover.demo;

import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The user that servers run as which refuse root: {@code nobody} where this process is root, else this user itself.
 *
 * @param root whether this process is root
 */
record Unprivileged(boolean root) {
    private static final String USER = "nobody";

    static Unprivileged ofThisHost() throws IOException {
        return new Unprivileged(Files.getOwner(Path.of("/proc/self")).getName().equals("root"));
    }

    /** Makes the directory, for that user alone. */
    Path own(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        giveAway(directory);
        String[] writable = command(List.of(), List.of("test", "-w", directory.toString()));
        try {
            ProgramRun.in(Path.of("/"), writable).output();
        } catch (IOException closed) {
            throw new IOException(
                    "the user " + USER + " cannot reach " + directory
                            + ": choose a directory whose parents are open to other users",
                    closed);
        }
        return directory;
    }

    /** A new, empty file that only that user reads. */
    Path secret(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        giveAway(file);
        return file;
    }

    /** The command as that user, started by setpriv with further options of it. */
    String[] command(List<String> options, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("setpriv"));
        if (root) {
            String group = ProgramRun.in(Path.of("/"), "id", "-g", USER).output();
            words.addAll(List.of("--reuid=" + USER, "--regid=" + group, "--clear-groups"));
        } else {
            words.add("--keep-groups");
        }
        words.addAll(options);
        words.addAll(command);
        return words.toArray(String[]::new);
    }

    private void giveAway(Path path) throws IOException {
        if (root) {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
        }
    }
}
