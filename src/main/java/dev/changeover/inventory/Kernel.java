package dev.changeover.inventory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kernel version in the catalogue.
 *
 * @param engine its key in the catalogue, see {@link #engineNamed}
 * @param reportedVersion what the program says of itself ({@code 2.6.12-1+deb12u4}); unique in the catalogue
 * @param expiresAt when ACTIVE turns into EXPIRED by itself; null for never
 * @param packages one for each architecture; a version without a package is no target
 */
public record Kernel(
        String engine,
        KernelVersion version,
        Lifecycle lifecycle,
        String reportedVersion,
        String releaseNotes,
        @Nullable Instant expiresAt,
        List<KernelPackage> packages) {

    static final String HAPROXY = "haproxy";
    static final List<String> ENGINES = List.of(HAPROXY, "sandbox");

    public Kernel {
        engine = engineNamed(engine);
        packages = List.copyOf(packages);
    }

    /** The catalogue's key for an engine that paths and files may call by another name. */
    public static String engineNamed(String name) {
        return name.equals("taurusproxy") ? HAPROXY : name;
    }

    Kernel with(List<KernelPackage> otherPackages) {
        return new Kernel(engine, version, lifecycle, reportedVersion, releaseNotes, expiresAt, otherPackages);
    }

    /** REQUIREMENTS S8. */
    public enum Lifecycle {
        ACTIVE,
        RISKY,
        DEFECTIVE,
        EXPIRED,
        OFFLINE
    }

    /**
     * Where to get the program.
     *
     * @param arch as the JVM names it: {@code amd64}, {@code aarch64}
     * @param url {@code https://…}, {@code http://…} or {@code file:///…}
     * @param sha256 of the package, 64 hexadecimal digits
     */
    public record KernelPackage(String arch, String url, String sha256) {}
}
