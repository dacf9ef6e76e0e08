package dev.changeover.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.changeover.host.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The files that a user, and a server of theirs on this host, left for the command line.
 *
 * @param environment answers null for what is not set
 */
public record UserFiles(UnaryOperator<@Nullable String> environment, Path home) {
    private static final Path DATA_OF_UNIT = Path.of("/var/lib/changeover");
    private static final String SERVER = "server.json";

    /** A setting or a file is wrong; the message names it. */
    public static final class Wrong extends RuntimeException {
        public Wrong(String sentence) {
            super(sentence, null, false, false);
        }
    }

    public static UserFiles ofThisUser() {
        return new UserFiles(System::getenv, Path.of(System.getProperty("user.home")));
    }

    /** A variable of the environment that has a value. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
    }

    /** Where {@code changeover.toml} is, and what {@code login} leaves. */
    Path directory() {
        return variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .orElse(home.resolve(".config"))
                .resolve("changeover");
    }

    public StoredLogIns logIns() {
        return new StoredLogIns(directory().resolve("login"));
    }

    Path configuration() {
        return directory().resolve("changeover.toml");
    }

    Optional<String> configured(String key) {
        return text(configuration(), key, TomlMapper::new);
    }

    /** Of a server on this host: this user's, else that of the unit that we ship, for whoever may read it. */
    Path data() {
        var own = home.resolve(".changeover");
        var isOfUnit = Files.notExists(own.resolve(SERVER)) && Files.isReadable(DATA_OF_UNIT.resolve(SERVER));
        var ofHost = isOfUnit ? DATA_OF_UNIT : own;
        return variable("CHANGEOVER_DATA").map(Path::of).orElse(ofHost);
    }

    Path serverFile() {
        return data().resolve(SERVER);
    }

    /** The address of that server, if one has run. */
    Optional<String> serverOfThisHost() {
        return text(serverFile(), "url", JsonMapper::new);
    }

    /** The token that the server's first start left for its first operator. */
    Path operatorToken() {
        return variable("CHANGEOVER_OPERATOR_TOKEN_FILE").map(Path::of).orElse(data().resolve("operator-token"));
    }

    /** The whole of a file; empty if it is not there. */
    static Optional<String> content(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
    }

    public static Optional<String> text(Path file, String key, Supplier<ObjectMapper> format) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode content = format.get().readTree(Files.readString(file));
            return Optional.of(Json.raw(content, key)).filter(text -> !text.isEmpty());
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
    }

    private static Wrong unreadable(Path file, IOException failure) {
        var reason = Reason.of(failure).replaceAll("\\s*\\R\\s*", " ");
        return new Wrong("%s cannot be read: %s".formatted(file, reason));
    }
}
