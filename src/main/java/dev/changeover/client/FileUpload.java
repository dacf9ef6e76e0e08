package dev.changeover.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/**
 * A file as it is sent, however long it is; whether it is right, the server says, with lines.
 *
 * @param length in bytes; negative if it is not known
 * @param type YAML's, or JSON's where the file's name ends so
 */
public record FileUpload(InputStream content, long length, String type) implements AutoCloseable {

    /** A hundred thousand proxies on a busy machine. */
    private static final Duration TO_BE_TAKEN = Duration.ofMinutes(15);

    /**
     * @param file {@code -} is standard input
     * @param wrongUse makes what is thrown of a sentence: a file that is not there, or no text, is wrong use, whatever the
     *     server would say
     */
    public static FileUpload of(Path file, Function<String, ? extends RuntimeException> wrongUse) {
        var type = file.toString().endsWith(".json") ? "application/json" : "application/yaml";
        if (file.toString().equals("-")) {
            return new FileUpload(System.in, -1, type);
        }
        try {
            // What another program writes comes once: like standard input it is sent as it comes.
            if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
                return new FileUpload(Files.newInputStream(file), -1, type);
            }
            try (var text = Files.newBufferedReader(file)) {
                text.transferTo(Writer.nullWriter());
            }
            return new FileUpload(Files.newInputStream(file), Files.size(file), type);
        } catch (NoSuchFileException missing) {
            throw wrongUse.apply("%s does not exist".formatted(file));
        } catch (MalformedInputException binary) {
            throw wrongUse.apply("%s is not text in UTF-8".formatted(file));
        } catch (IOException unreadable) {
            throw wrongUse.apply("%s cannot be read: %s".formatted(file, unreadable.getMessage()));
        }
    }

    /** Sends it as a request's body; the answer has yet to be read, and may take as long as a large file takes. */
    HttpURLConnection to(HttpURLConnection request) throws IOException {
        request.setDoOutput(true);
        request.setReadTimeout((int) TO_BE_TAKEN.toMillis());
        request.setRequestProperty("Content-Type", type);
        if (length < 0) {
            request.setChunkedStreamingMode(0);
        } else {
            request.setFixedLengthStreamingMode(length);
        }
        try (var body = request.getOutputStream()) {
            content.transferTo(body);
        }
        return request;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
