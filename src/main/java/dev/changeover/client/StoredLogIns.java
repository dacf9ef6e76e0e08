package dev.changeover.client;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.changeover.host.FileTree;
import dev.changeover.host.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The tokens that {@code changeover login} keeps: a file for each server, readable by this user only.
 *
 * @param directory made when something is stored
 */
public record StoredLogIns(Path directory) {

    public Optional<String> token(URI server) {
        return UserFiles.text(file(server), "token", JsonMapper::new);
    }

    public Optional<String> name(URI server) {
        return UserFiles.text(file(server), "name", JsonMapper::new);
    }

    /** Keeps what a log-in gave, in place of an earlier one. */
    public Path store(URI server, String name, String token, String expires) {
        var file = file(server);
        var content = Json.object()
                .put("server", ServerAddress.normal(server))
                .put("name", name)
                .put("token", token)
                .put("expires_at", expires);
        try {
            FileTree.makePrivate(directory);
            PrivateFile.write(file, Json.pretty(content) + "\n");
            return file;
        } catch (IOException failed) {
            throw new UserFiles.Wrong("%s cannot be written: %s".formatted(file, failed.getMessage()));
        }
    }

    /** Forgets the log-in at a server; false if there was none. */
    public boolean forget(URI server) {
        try {
            return Files.deleteIfExists(file(server));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A server's address has characters that no file name has. */
    private Path file(URI server) {
        return directory.resolve(RestClient.encoded(ServerAddress.normal(server)) + ".json");
    }
}
