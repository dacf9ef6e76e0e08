package dev.changeover.node.haproxy;

import dev.changeover.demo.HaproxyKernels;
import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.host.FileTree;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.agent.NodeRig.Package;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Real packages, and packages made of a real program that do each thing wrong. Made once for all tests. */
final class HaproxyPackages {

    private static final Map<Package, KernelToRun> MADE = new EnumMap<>(Package.class);

    /** The program reports and judges like the real one; only a start goes wrong. */
    private static final String WRAPPER = """
            #!/bin/sh
            real="$(dirname "$(readlink -f "$0")")/../libexec/haproxy"
            case " $* " in
            *" -W "*) %s ;;
            esac
            exec "$real" "$@"
            """;

    private HaproxyPackages() {}

    static synchronized KernelToRun of(Package which) {
        return MADE.computeIfAbsent(which, HaproxyPackages::make);
    }

    private static KernelToRun make(Package which) {
        var newer = real(RealParts.kernels().newer());
        try {
            return switch (which) {
                case A -> real(RealParts.kernels().older());
                case B -> newer;
                case BROKEN ->
                    packed(
                            newer,
                            "99.0.0.1",
                            "cat: this is no program\n".repeat(40).replace("#!", ""));
                case SAYS_OTHER_VERSION ->
                    new KernelToRun(KernelVersion.of("99.0.0.2"), "2.9.9-of-another-age", newer.sources());
                case DIES_AT_START -> packed(newer, "99.0.0.3", WRAPPER.formatted("echo 'cannot go on' >&2; exit 1"));
                case DIES_LATER -> packed(newer, "99.0.0.4", WRAPPER.formatted("(sleep 2; kill -9 $$) &"));
                case OTHER_CHECKSUM ->
                    with(newer, "99.0.0.5", source(newer).arch(), source(newer).url(), "0".repeat(64));
                case MISSING ->
                    with(
                            newer,
                            "99.0.0.6",
                            source(newer).arch(),
                            source(newer).url() + ".gone",
                            source(newer).sha256());
                case OTHER_ARCH ->
                    with(
                            newer,
                            "99.0.0.7",
                            "z80",
                            source(newer).url(),
                            source(newer).sha256());
                case RUBBISH -> {
                    var file = Files.writeString(temporaryFile(), "not a package");
                    yield with(
                            newer,
                            "99.0.0.8",
                            source(newer).arch(),
                            file.toUri().toString(),
                            sha256(file));
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KernelToRun.Source source(KernelToRun kernel) {
        return kernel.sources().getFirst();
    }

    private static KernelToRun real(HaproxyKernels.Kernel kernel) {
        var source = new KernelToRun.Source(
                System.getProperty("os.arch"), kernel.packageFile().toUri().toString(), kernel.sha256());
        return new KernelToRun(KernelVersion.of(kernel.version()), kernel.reportedVersion(), List.of(source));
    }

    private static KernelToRun with(KernelToRun kernel, String version, String arch, String url, String sha256) {
        var source = new KernelToRun.Source(arch, url, sha256);
        return new KernelToRun(KernelVersion.of(version), kernel.reportedVersion(), List.of(source));
    }

    /** A {@code .tar.gz} of the newer kernel, with this script in place of its program. */
    private static KernelToRun packed(KernelToRun newer, String version, String script)
            throws IOException, InterruptedException {
        var program = HaproxyHost.newer();
        var tree = Files.createTempDirectory("kernel");
        Files.createDirectories(tree.resolve("usr/sbin"));
        Files.createDirectories(tree.resolve("usr/libexec"));
        Files.copy(program.executable(), tree.resolve("usr/libexec/haproxy"));
        var wrapper = Files.writeString(tree.resolve("usr/sbin/haproxy"), script);
        var executable = wrapper.toFile().setExecutable(true)
                && tree.resolve("usr/libexec/haproxy").toFile().setExecutable(true);
        if (!executable) throw new IOException("cannot make " + wrapper + " executable");
        if (program.libraries().isPresent()) {
            var libraries = program.libraries().get();
            run(
                    "cp",
                    "-a",
                    Objects.requireNonNull(libraries.getParent()).toString(),
                    tree.resolve("usr").toString());
        }
        var file = temporaryFile();
        run("tar", "-czf", file.toString(), "-C", tree.toString(), "usr");
        FileTree.delete(tree);
        return with(newer, version, source(newer).arch(), file.toUri().toString(), sha256(file));
    }

    private static Path temporaryFile() throws IOException {
        var file = Files.createTempFile("kernel", ".tar.gz");
        file.toFile().deleteOnExit();
        return file;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + " failed");
    }

    static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
