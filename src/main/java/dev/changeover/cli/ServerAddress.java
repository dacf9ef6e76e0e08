package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server: what the command says, else {@code CHANGEOVER_SERVER}, else {@code changeover.toml} in the user's
 * configuration directory, else what a server on this host left in its data directory.
 *
 * @param environment answers null for what is not set
 */
record ServerAddress(UnaryOperator<@Nullable String> environment, Path home) {

    /** What is said about a server is wrong; says where. */
    static final class Wrong extends RuntimeException {
        Wrong(String sentence) {
            super(sentence, null, false, false);
        }
    }

    static ServerAddress ofThisUser() {
        return new ServerAddress(System::getenv, Path.of(System.getProperty("user.home")));
    }

    /**
     * @param told by the command line; null if it said nothing
     * @throws Wrong what is written somewhere is no address
     * @throws Unreachable nothing is written anywhere
     */
    URI find(@Nullable String told) {
        if (told != null) {
            return uri(told, "--server");
        }
        return set("CHANGEOVER_SERVER")
                .map(url -> uri(url, "CHANGEOVER_SERVER"))
                .or(() -> written(configuration(), "server", TomlMapper::new))
                .or(() -> written(data().resolve("server.json"), "url", JsonMapper::new))
                .orElseThrow(() -> new Unreachable(
                        "no server is known: none has run on this host with the data directory %s; name one with --server,"
                                        .formatted(data())
                                + " CHANGEOVER_SERVER or server = \"http://…\" in %s".formatted(configuration()),
                        null));
    }

    /**
     * The token to send there: what the command says, else {@code CHANGEOVER_TOKEN}, else {@code token} in the same
     * configuration file, else what the server of this host left for its first operator, and that to this server only.
     *
     * @param told by the command line; null if it said nothing
     */
    Optional<String> token(URI server, @Nullable String told) {
        return Optional.ofNullable(told)
                .or(() -> set("CHANGEOVER_TOKEN"))
                .or(() -> text(configuration(), "token", TomlMapper::new))
                .or(() -> text(data().resolve("server.json"), "url", JsonMapper::new)
                        .filter(server.toString()::equals)
                        .flatMap(mine -> firstOperator()))
                .map(String::strip);
    }

    private Optional<String> firstOperator() {
        var file = data().resolve("operator-token");
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException unreadable) {
            throw new Wrong("%s cannot be read: %s".formatted(file, unreadable.getMessage()));
        }
    }

    private Path configuration() {
        return set("XDG_CONFIG_HOME")
                .map(Path::of)
                .orElse(home.resolve(".config"))
                .resolve("changeover")
                .resolve("changeover.toml");
    }

    private Path data() {
        return set("CHANGEOVER_DATA").map(Path::of).orElse(home.resolve(".changeover"));
    }

    private Optional<String> set(String name) {
        return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
    }

    private static Optional<URI> written(Path file, String key, Supplier<ObjectMapper> format) {
        return text(file, key, format).map(url -> uri(url, file.toString()));
    }

    private static Optional<String> text(Path file, String key, Supplier<ObjectMapper> format) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode content = format.get().readTree(file.toFile());
            return Optional.of(Json.text(content, key)).filter(text -> !text.isEmpty());
        } catch (IOException unreadable) {
            throw new Wrong("%s cannot be read: %s".formatted(file, unreadable.getMessage()));
        }
    }

    private static URI uri(String url, String where) {
        try {
            var uri = new URI(url.strip());
            var scheme = String.valueOf(uri.getScheme());
            if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return uri;
            }
        } catch (URISyntaxException malformed) {
            throw new Wrong("%s: '%s' is no address: %s".formatted(where, url, malformed.getReason()));
        }
        throw new Wrong("%s: '%s' is no address like http://127.0.0.1:8080".formatted(where, url));
    }
}
