package dev.changeover.node.site;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code package_addresses}: a place, and everything below it. Addresses are compared part by part as they are
 * understood, not as they are written.
 *
 * @param scheme {@code file}, {@code http} or {@code https}
 * @param host empty for files
 * @param path what follows, each part decoded
 */
public record PackagePlace(String scheme, String host, int port, List<String> path) {

    /**
     * Whether an address leads into one of these places.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws IOException if it is a file that is not there
     */
    public static boolean isInOne(String url, List<String> addresses) throws IOException {
        var address = URI.create(url);
        for (var place : of(addresses)) if (place.holds(address)) return true;
        return false;
    }

    /** Entries that are no address allow nothing. */
    static List<PackagePlace> of(List<String> addresses) {
        return addresses.stream()
                .filter(address -> !address.isBlank())
                .map(address -> of(URI.create(address)))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Null where it is none that could be on a list: with a user, with dots as a directory, or not of a known scheme. */
    private static @Nullable PackagePlace of(URI address) {
        var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        var host = address.getHost() == null ? "" : address.getHost().toLowerCase(Locale.ROOT);
        var isFile = scheme.equals("file");
        var defaultPort = scheme.equals("https") ? 443 : 80;
        // Where a host cannot be told, an authority may hold anything.
        var isClear = isFile
                ? !address.isOpaque() && address.getRawAuthority() == null && address.getRawQuery() == null
                : List.of("http", "https").contains(scheme) && !host.isEmpty() && address.getRawUserInfo() == null;
        var path = address.getRawPath() == null ? List.<String>of() : parts(address.getRawPath());
        return isClear && address.getRawFragment() == null && path.stream().allMatch(PackagePlace::isName)
                ? new PackagePlace(
                        scheme, host, isFile ? 0 : address.getPort() < 0 ? defaultPort : address.getPort(), path)
                : null;
    }

    private static List<String> parts(String path) {
        return Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty())
                .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
    }

    private static boolean isName(String part) {
        return !part.equals(".")
                && !part.equals("..")
                && part.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }

    /**
     * Whether the address leads into this place; for a file, also where its links lead.
     *
     * @throws IOException if there is no such file
     */
    boolean holds(URI address) throws IOException {
        var other = of(address);
        if (other == null
                || !scheme.equals(other.scheme())
                || !host.equals(other.host())
                || port != other.port()
                || other.path().size() < path.size()
                || !other.path().subList(0, path.size()).equals(path)) return false;
        if (!host.isEmpty()) return true;
        var file = file(other.path());
        return file.toRealPath().startsWith(file(path).toRealPath())
                && Files.isRegularFile(file.toRealPath(), LinkOption.NOFOLLOW_LINKS);
    }

    private static Path file(List<String> path) {
        return Path.of("/", path.toArray(String[]::new));
    }
}
