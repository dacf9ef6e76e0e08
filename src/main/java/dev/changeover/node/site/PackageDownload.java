package dev.changeover.node.site;

import dev.changeover.host.Reason;
import dev.changeover.host.Sha256;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeFault;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * Fetches a kernel's package from an address that this host's operator allows, and takes it only if it is, byte for
 * byte, the one in the catalogue. Redirects are not followed: they would lead past the allow-list.
 */
record PackageDownload(URI address, String sha256) {

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final long LARGEST = 512L << 20;

    /** Chooses the package for this host's architecture. */
    static PackageDownload choose(KernelToRun kernel, List<String> allowed) {
        var source = kernel.source()
                .orElseThrow(
                        () -> NodeFault.NO_PACKAGE.because("kernel %s has no package for this host's architecture, %s"
                                .formatted(kernel.version(), System.getProperty("os.arch"))));
        return new PackageDownload(allowed(source.url(), allowed), source.sha256());
    }

    private static URI allowed(String url, List<String> allowed) {
        try {
            if (PackagePlace.isInOne(url, allowed)) return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw NodeFault.ADDRESS_NOT_ALLOWED.because("'%s' is not an address: %s".formatted(url, Reason.of(e)));
        } catch (IOException e) {
            throw NodeFault.PACKAGE_UNREACHABLE.because(
                    "the package at %s cannot be fetched: no such file, or not readable".formatted(url));
        }
        throw NodeFault.ADDRESS_NOT_ALLOWED.because(
                "%s is not on this host's list; add it to package_addresses in agent.toml if it is to be trusted"
                        .formatted(url));
    }

    /** Writes the package to a file that does not exist yet; {@code beat} is called about once a second. */
    void to(Path file, Runnable beat) throws IOException {
        var digest = Sha256.digest();
        try (var in = open();
                var out = Files.newOutputStream(file)) {
            var buffer = new byte[1 << 16];
            long total = 0;
            var beaten = System.nanoTime();
            for (int count; (count = read(in, buffer)) > 0; ) {
                digest.update(buffer, 0, count);
                out.write(buffer, 0, count);
                total += count;
                if (System.nanoTime() - beaten >= BEAT.toNanos()) {
                    beat.run();
                    beaten = System.nanoTime();
                }
                if (total > LARGEST) throw unreachable("it is larger than " + (LARGEST >> 20) + " MB");
            }
        }
        var found = HexFormat.of().formatHex(digest.digest());
        if (!found.equalsIgnoreCase(sha256)) {
            // Of a file of this host nothing is told but that it is another one.
            throw NodeFault.CHECKSUM_MISMATCH.because(
                    "file".equalsIgnoreCase(address.getScheme())
                            ? "the package at %s does not have SHA-256 %s, as the catalogue says"
                                    .formatted(address, sha256)
                            : "the package at %s has SHA-256 %s, the catalogue says %s"
                                    .formatted(address, found, sha256));
        }
    }

    private InputStream open() {
        try {
            if ("file".equalsIgnoreCase(address.getScheme())) return Files.newInputStream(Path.of(address));
            if (!(address.toURL().openConnection() instanceof HttpURLConnection connection)) {
                throw NodeFault.ADDRESS_NOT_ALLOWED.because(
                        "packages come from file:, http: and https: addresses only, not from " + address);
            }
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout((int) READ_TIMEOUT.toMillis());
            connection.setReadTimeout((int) READ_TIMEOUT.toMillis());
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw unreachable("HTTP status " + connection.getResponseCode());
            }
            return connection.getInputStream();
        } catch (FileSystemException e) {
            throw unreachable("no such file, or not readable: " + e.getFile());
        } catch (IOException | IllegalArgumentException e) {
            throw unreachable(Reason.of(e));
        }
    }

    private int read(InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw unreachable(Reason.of(e));
        }
    }

    private ApplicationFailure unreachable(String why) {
        return NodeFault.PACKAGE_UNREACHABLE.because("the package at %s cannot be fetched: %s".formatted(address, why));
    }
}
