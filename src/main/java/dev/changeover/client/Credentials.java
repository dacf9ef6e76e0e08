package dev.changeover.client;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what says to a server who calls. The first of these that there is:
 *
 * <ol>
 *   <li>{@code --token};
 *   <li>{@code CHANGEOVER_TOKEN}, for the server of {@code CHANGEOVER_SERVER} if that is set;
 *   <li>what {@code changeover login} stored for this server;
 *   <li>{@code token} in {@code changeover.toml}, for the server that the file names, else for the one of this host;
 *   <li>what the server of this host left for its first operator, for that server.
 * </ol>
 *
 * So none is sent to another server than the one it belongs to.
 */
public record Credentials(UserFiles files) {
    /** The characters that a header of a request takes. */
    public static final Pattern SENDABLE = Pattern.compile("\\p{Print}*");

    /**
     * @param token as it is sent
     * @param from where it was found, as a sentence goes on with it
     */
    public record Found(String token, String from) {
        /** Never shows the token. */
        @Override
        public String toString() {
            return from;
        }
    }

    /**
     * @param told by the command line; null if it said nothing
     * @throws UserFiles.Wrong what is found cannot be a token; says where it is, and nothing of it
     */
    public Optional<Found> find(URI server, @Nullable String told) {
        return Stream.<Supplier<Optional<Found>>>of(
                        () -> found(Optional.ofNullable(told), "--token"),
                        () -> ofEnvironment(server),
                        () -> found(files.logIns().token(server), "the log-in stored here"),
                        () -> configured(server),
                        () -> leftForTheFirstOperator(server))
                .map(Supplier::get)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Found> ofEnvironment(URI server) {
        var elsewhere = files.variable(ServerAddress.VARIABLE)
                .filter(url -> !ServerAddress.same(server, url))
                .isPresent();
        return elsewhere ? Optional.empty() : found(files.variable("CHANGEOVER_TOKEN"), "CHANGEOVER_TOKEN");
    }

    private Optional<Found> configured(URI server) {
        return files.configured("server")
                .or(files::serverOfThisHost)
                .filter(url -> ServerAddress.same(server, url))
                .flatMap(mine ->
                        found(files.configured("token"), files.configuration().toString()));
    }

    private Optional<Found> leftForTheFirstOperator(URI server) {
        return files.serverOfThisHost()
                .filter(url -> ServerAddress.same(server, url))
                .flatMap(mine -> found(
                        UserFiles.content(files.operatorToken()),
                        files.operatorToken().toString()));
    }

    private static Optional<Found> found(Optional<String> token, String from) {
        return token.map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> new Found(sendable(text, from), from));
    }

    /** Anything else no header takes, and whoever refuses it would show it. */
    private static String sendable(String token, String from) {
        if (!SENDABLE.matcher(token).matches()) {
            throw new UserFiles.Wrong(
                    "%s: the token has a line end or another character that no token has; copy it anew"
                            .formatted(from));
        }
        return token;
    }
}
