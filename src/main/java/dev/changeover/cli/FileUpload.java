package dev.changeover.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file as it is sent; whether it is right, the server says, with lines. */
final class FileUpload {
    static final String TYPE = "application/yaml";

    private FileUpload() {}

    /** A file that is not there is wrong use, whatever the server would say. */
    static String read(RemoteCommand command, Path file) {
        try {
            return file.toString().equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw command.wrongUse("%s does not exist".formatted(file));
        } catch (MalformedInputException binary) {
            throw command.wrongUse("%s is not text in UTF-8".formatted(file));
        } catch (IOException unreadable) {
            throw command.wrongUse("%s cannot be read: %s".formatted(file, unreadable.getMessage()));
        }
    }
}
