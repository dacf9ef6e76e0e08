package dev.changeover.inventory;

import dev.changeover.inventory.Kernel.KernelPackage;
import dev.changeover.inventory.Kernel.Lifecycle;
import dev.changeover.inventory.YamlFile.Level;
import java.io.StringReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Catalogue entries as a text in YAML or JSON. */
public final class KernelFile {
    private static final List<String> KERNEL = List.of(
            "version",
            "engine",
            "reported_version",
            "lifecycle",
            "lifecycle_reason",
            "release_notes",
            "expires_at",
            "packages");
    private static final List<String> PACKAGE = List.of("arch", "url", "sha256");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final List<String> ARCHITECTURES = List.of("amd64", "aarch64");

    private KernelFile() {}

    /**
     * Reads all entries or none. Of lifecycle, its reason and expiry an entry keeps what the file does not say, so that
     * one that is imported once more does not bring a DEFECTIVE version back; a reason goes with its lifecycle.
     *
     * @param catalogue the entries of an engine that there are
     * @throws FileRefused with every fault in the text and its line
     */
    public static List<Kernel> read(FileFormat format, String text, Function<String, List<Kernel>> catalogue) {
        var kernels = new ArrayList<Kernel>();
        var known = new HashMap<String, List<Kernel>>();
        YamlFile.read(
                format,
                new StringReader(text),
                new Level(
                        "kernels",
                        "kernel",
                        KERNEL,
                        block -> kernels.add(kernel(block, engine -> known.computeIfAbsent(engine, catalogue)))));
        return List.copyOf(kernels);
    }

    private static Kernel kernel(YamlBlock block, Function<String, List<Kernel>> catalogue) {
        var engine = block.engine();
        var version = block.version("version");
        var reported = block.text("reported_version", 128);
        if (block.has("version")) {
            block.declare("version", "kernel '%s %s'".formatted(engine, version.numbers()));
        }
        if (!reported.isEmpty()) {
            block.declare("reported_version", "reported version '%s'".formatted(reported));
        }
        var known = catalogue.apply(engine).stream()
                .filter(entry -> entry.version().equals(version))
                .findFirst();
        var former = known.map(Kernel::lifecycle).orElse(Lifecycle.ACTIVE);
        var lifecycle = block.constant("lifecycle", Lifecycle.class, former);
        var reason = lifecycle == former ? known.map(Kernel::lifecycleReason).orElse("") : "";
        return new Kernel(
                engine,
                version,
                lifecycle,
                block.text("lifecycle_reason", 1024, reason),
                reported,
                block.text("release_notes", 10_000, ""),
                block.has("expires_at")
                        ? expiry(block)
                        : known.map(Kernel::expiresAt).orElse(null),
                packages(block));
    }

    private static Instant expiry(YamlBlock block) {
        return block.value("expires_at", "an instant is needed, like 2027-01-01T00:00:00Z", Instant.EPOCH, text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                return null;
            }
        });
    }

    private static List<KernelPackage> packages(YamlBlock kernel) {
        var blocks = kernel.blocks("packages", "package", PACKAGE);
        var packages = blocks.stream().map(KernelFile::made).toList();
        for (int i = 0; i < packages.size(); i++) {
            var arch = packages.get(i).arch();
            if (packages.subList(0, i).stream()
                    .anyMatch(earlier -> earlier.arch().equals(arch))) {
                blocks.get(i).fault("arch", "%s has two packages for %s".formatted(kernel.name(), arch));
            }
        }
        return packages;
    }

    private static KernelPackage made(YamlBlock block) {
        return new KernelPackage(
                block.value(
                        "arch", "amd64 or aarch64 is needed", "", text -> ARCHITECTURES.contains(text) ? text : null),
                block.value("url", "https://…, http://…, file:///… or an absolute path is needed", "", KernelFile::url),
                block.value(
                        "sha256",
                        "64 hexadecimal digits are needed",
                        "",
                        text -> SHA256.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : null));
    }

    /** An absolute path is one on the proxy's host. */
    private static @Nullable String url(String text) {
        if (text.length() > 2048) {
            return null;
        }
        try {
            var url = text.startsWith("/") ? new URI("file", "", text, null) : new URI(text);
            var scheme = String.valueOf(url.getScheme());
            return switch (scheme) {
                case "http", "https" -> url.getHost() == null ? null : text;
                case "file" -> String.valueOf(url.getPath()).startsWith("/") ? url.toString() : null;
                default -> null;
            };
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
