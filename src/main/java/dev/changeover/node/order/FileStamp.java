package dev.changeover.node.order;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells whether a file is still the one that was read. */
record FileStamp(@Nullable Object key, FileTime modified, long size) {

    /** Empty where there is no file. */
    static Optional<FileStamp> of(Path file) throws IOException {
        try {
            var found = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new FileStamp(found.fileKey(), found.lastModifiedTime(), found.size()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }
}
