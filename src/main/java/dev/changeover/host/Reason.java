package dev.changeover.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** Why something failed, in words for people: never the name of a class, and never nothing. */
public final class Reason {
    private Reason() {}

    /** Of some failures the message is a file's name and nothing else, of others there is none. */
    public static String of(Throwable failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "this user may not use " + denied.getFile();
            case NotDirectoryException other -> other.getFile() + " is no directory";
            case NoSuchFileException missing -> "there is no " + missing.getFile();
            case FileAlreadyExistsException other -> other.getFile() + " is in the way";
            case FileSystemException other ->
                "%s: %s".formatted(other.getFile(), other.getReason() == null ? "cannot be used" : other.getReason());
            case CharacterCodingException binary -> "it is not text in UTF-8";
            case UncheckedIOException file -> of(Objects.requireNonNull(file.getCause()));
            default -> message(failure);
        };
    }

    private static String message(Throwable failure) {
        var message = failure.getMessage();
        var cause = failure.getCause();
        // Without a message of its own, a failure has its cause's class and message.
        if (cause != null && (message == null || message.equals(cause.toString()))) return of(cause);
        var isOurs = failure instanceof NullPointerException || failure instanceof ClassCastException;
        if (message != null && !message.isBlank() && !isOurs) return message;
        return switch (failure) {
            case IOException file -> "a file or connection failed without a reason";
            case OutOfMemoryError memory -> "there is not enough memory";
            default -> "an error of this program: please report it";
        };
    }
}
