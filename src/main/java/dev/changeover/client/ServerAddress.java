package dev.changeover.client;

import dev.changeover.client.Failure.Unreachable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server: what the command says, else {@code CHANGEOVER_SERVER}, else {@code changeover.toml} in the user's
 * configuration directory, else what a server on this host left in its data directory.
 */
public record ServerAddress(UserFiles files) {
    static final String VARIABLE = "CHANGEOVER_SERVER";

    /**
     * @param told by the command line; null if it said nothing
     * @throws UserFiles.Wrong what is written somewhere is no address
     * @throws Unreachable nothing is written anywhere
     */
    public URI find(@Nullable String told) {
        if (told != null) {
            return uri(told, "--server");
        }
        return files.variable(VARIABLE)
                .map(url -> uri(url, VARIABLE))
                .or(() -> files.configured("server")
                        .map(url -> uri(url, files.configuration().toString())))
                .or(() -> files.serverOfThisHost()
                        .map(url -> uri(url, files.serverFile().toString())))
                .orElseThrow(() -> new Unreachable(
                        "no server is known: none has run on this host with the data directory %s; name one with --server,"
                                        .formatted(files.data())
                                + " CHANGEOVER_SERVER or server = \"http://…\" in %s".formatted(files.configuration()),
                        null));
    }

    /** Whether a text names this server, however it is written. */
    public static boolean same(URI server, String url) {
        try {
            return normal(server).equals(normal(new URI(url.strip())));
        } catch (URISyntaxException noAddress) {
            return false;
        }
    }

    /** The one way to write the address of a server. */
    static String normal(URI server) {
        var scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
        var usual = scheme.equals("https") ? 443 : 80;
        var port = server.getPort() == -1 ? usual : server.getPort();
        var path = String.valueOf(server.getPath()).replaceAll("/+$", "");
        return "%s://%s:%d%s".formatted(scheme, String.valueOf(server.getHost()).toLowerCase(Locale.ROOT), port, path);
    }

    private static URI uri(String url, String where) {
        try {
            var uri = new URI(url.strip());
            var scheme = String.valueOf(uri.getScheme());
            if (uri.getHost() != null && uri.getPort() <= 65_535 && (scheme.equals("http") || scheme.equals("https"))) {
                return uri;
            }
        } catch (URISyntaxException malformed) {
            throw new UserFiles.Wrong("%s: '%s' is no address: %s".formatted(where, url, malformed.getReason()));
        }
        throw new UserFiles.Wrong("%s: '%s' is no address like http://127.0.0.1:8080".formatted(where, url));
    }
}
