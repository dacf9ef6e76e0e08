package dev.changeover;

import java.nio.file.Path;

/** Where a server of this user keeps its files, and where an agent or a command line beside it finds them. */
final class DataDirectory {
    private DataDirectory() {}

    /** {@code CHANGEOVER_DATA}, else {@code .changeover} in the user's home, as in application.toml. */
    static Path ofThisUser() {
        var told = System.getenv("CHANGEOVER_DATA");
        return told == null || told.isBlank() ? Path.of(System.getProperty("user.home"), ".changeover") : Path.of(told);
    }
}
