package dev.changeover;

import dev.changeover.host.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.Extension;

/** The directory in which tests that start the whole context have their data: {@code test.data}, deleted after the last one. */
public final class TestData implements Extension {
    public TestData() throws IOException {
        var directory = Files.createTempDirectory("changeover-test");
        System.setProperty("test.data", directory.toString());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
    }

    private static void delete(Path directory) {
        try {
            FileTree.delete(directory);
        } catch (IOException stays) {
            System.err.println("stays: " + stays);
        }
    }
}
