package dev.changeover.api.signature;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request as client and server write it alike before they sign it, so that what a program library or a proxy on the way
 * encodes differently is the same again: the path with its segments encoded and a slash behind the last one, the query
 * sorted by its encoded keys, both as RFC 3986 wants it.
 *
 * @param path as it came, encoded
 * @param query as it came, encoded; empty if there is none
 * @param headers those that are signed, by their lower-case names, in the order of the signature
 * @param bodyHash SHA-256 of the body, in hexadecimal digits
 */
public record CanonicalRequest(String method, String path, String query, Map<String, String> headers, String bodyHash) {

    /** @throws IllegalArgumentException if path or query are encoded wrongly */
    public String text() {
        var lines = new ArrayList<>(List.of(method, canonicalPath(), canonicalQuery()));
        headers.forEach((name, value) -> lines.add(name + ":" + value));
        lines.addAll(List.of("", String.join(";", headers.keySet()), bodyHash));
        return String.join("\n", lines);
    }

    /**
     * The same behind an endpoint that was configured with a slash at its end. Most clients sign the path without it,
     * the one for Node as it was put together.
     */
    public CanonicalRequest behindSlash() {
        return new CanonicalRequest(method, "/" + path, query, headers, bodyHash);
    }

    private String canonicalPath() {
        if (path.equals("/")) {
            return path;
        }
        var canonical = new StringBuilder();
        for (var segment : path.replaceAll("/+$", "").split("/", -1)) {
            // a plus is a plus here
            canonical.append(encoded(decoded(segment.replace("+", "%2B")))).append('/');
        }
        return canonical.toString();
    }

    private String canonicalQuery() {
        var sorted = new TreeMap<String, List<String>>();
        for (var parameter : query.split("&", -1)) {
            if (!parameter.isEmpty()) {
                var parts = parameter.split("=", 2);
                var key = encoded(decoded(parts[0]));
                var value = parts.length == 1 ? "" : encoded(decoded(parts[1]));
                sorted.computeIfAbsent(key, first -> new ArrayList<>()).add(key + "=" + value);
            }
        }
        return String.join("&", sorted.values().stream().flatMap(List::stream).toList());
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
