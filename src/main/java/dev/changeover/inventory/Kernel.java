package dev.changeover.inventory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kernel version in the catalogue.
 *
 * @param engine its key in the catalogue, one of {@link #ENGINES}; {@code taurusproxy} and {@code haproxy} are two, of
 *     one driver
 * @param reportedVersion what the program says of itself ({@code 2.6.12-1+deb12u4}); unique in the catalogue
 * @param lifecycleReason why, for those who run it; empty while ACTIVE
 * @param expiresAt when ACTIVE turns into EXPIRED by itself; null for never
 * @param packages one for each architecture; a version without a package is no target
 */
public record Kernel(
        String engine,
        KernelVersion version,
        Lifecycle lifecycle,
        String lifecycleReason,
        String reportedVersion,
        String releaseNotes,
        @Nullable Instant expiresAt,
        List<KernelPackage> packages) {

    static final String HAPROXY = "haproxy";
    private static final String TAURUSPROXY = "taurusproxy";

    public static final List<String> ENGINES = List.of(HAPROXY, TAURUSPROXY, "sandbox");

    public Kernel {
        packages = List.copyOf(packages);
    }

    /**
     * The oldest version of an engine that a user's request upgrades from (REQUIREMENTS S16). {@code taurusproxy}
     * has the cloud's rule, in the cloud's own numbering; {@code haproxy}, and the sandbox in its place, what a handover
     * needs.
     */
    public static KernelVersion minimum(String engine) {
        return KernelVersion.of(engine.equals(TAURUSPROXY) ? "2.3.0.1" : "2.0.0.0");
    }

    /** The only version of a catalogue, newest first, that an upgrade can go to (REQUIREMENTS S1). */
    public static Optional<Kernel> target(List<Kernel> catalogue) {
        return catalogue.stream()
                .filter(kernel -> kernel.lifecycle() == Lifecycle.ACTIVE)
                .filter(kernel -> !kernel.packages().isEmpty())
                .findFirst();
    }

    /** The same as it is offered to what runs a version: nobody goes back. */
    public static Optional<KernelVersion> offered(List<Kernel> catalogue, KernelVersion running) {
        return target(catalogue).map(Kernel::version).filter(version -> !version.isOlderThan(running));
    }

    Kernel with(List<KernelPackage> otherPackages) {
        return new Kernel(
                engine, version, lifecycle, lifecycleReason, reportedVersion, releaseNotes, expiresAt, otherPackages);
    }

    /** As it stands at an instant: an ACTIVE version whose date has passed is EXPIRED. */
    Kernel at(Instant now) {
        return lifecycle != Lifecycle.ACTIVE || expiresAt == null || now.isBefore(expiresAt)
                ? this
                : with(Lifecycle.EXPIRED, "its expiry date has passed", expiresAt);
    }

    public Kernel with(Lifecycle other, String reason, @Nullable Instant expiry) {
        return new Kernel(engine, version, other, reason, reportedVersion, releaseNotes, expiry, packages);
    }

    /** REQUIREMENTS S8. Only an ACTIVE version is a target; those that run another go on until they are upgraded. */
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
