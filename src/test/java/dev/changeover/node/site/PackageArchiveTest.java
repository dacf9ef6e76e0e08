package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageArchiveTest {

    @TempDir
    Path directory;

    @Test
    void a_package_of_the_distribution_holds_one_program() throws Exception {
        var root = Files.createDirectory(directory.resolve("root"));

        PackageArchive.unpack(RealParts.kernels().newer().packageFile(), root);

        assertThat(Program.in(root).executable())
                .endsWith(Path.of("usr/sbin/haproxy"))
                .isExecutable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "xz", "gzip", "none"})
    void a_deb_may_be_compressed_in_any_way_that_its_distribution_uses(String compression) throws Exception {
        var root = Files.createDirectory(directory.resolve("root"));

        PackageArchive.unpack(deb(compression), root);

        assertThat(root.resolve("usr/sbin/haproxy")).hasContent("content").isExecutable();
    }

    @Test
    void a_deb_whose_content_is_damaged_is_refused() throws Exception {
        var deb = deb("zstd");
        var bytes = Files.readAllBytes(deb);
        Arrays.fill(bytes, bytes.length - 40, bytes.length, (byte) 0);
        Files.write(deb, bytes);

        assertThatThrownBy(() -> PackageArchive.unpack(deb, Files.createDirectory(directory.resolve("root"))))
                .isInstanceOf(IOException.class);
    }

    private Path deb(String compression) throws Exception {
        var tree = Files.createDirectory(directory.resolve("tree"));
        Files.createDirectories(tree.resolve("DEBIAN"));
        Files.createDirectories(tree.resolve("usr/sbin"));
        Files.writeString(
                tree.resolve("DEBIAN/control"),
                "Package: k\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: a kernel\n");
        var program = Files.writeString(tree.resolve("usr/sbin/haproxy"), "content");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        var deb = directory.resolve("kernel.deb");
        var build = new ProcessBuilder(
                "dpkg-deb", "--root-owner-group", "-Z" + compression, "--build", tree.toString(), deb.toString());
        try {
            assertThat(build.redirectErrorStream(true)
                            .redirectOutput(directory.resolve("dpkg.log").toFile())
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException missing) {
            throw RealParts.missing("dpkg-deb is not on this host: install the package dpkg");
        }
        return deb;
    }

    @Test
    void files_links_and_directories_are_unpacked_and_never_writable_for_others() throws Exception {
        var root = unpack(
                entry("bin/", 0777),
                entry("bin/haproxy", 0777),
                link("haproxy", "bin/haproxy", TarConstants.LF_SYMLINK),
                link("same", "bin/haproxy", TarConstants.LF_LINK));

        assertThat(root.resolve("haproxy")).isSymbolicLink().hasContent("content");
        assertThat(root.resolve("same")).hasContent("content");
        assertThat(Files.getPosixFilePermissions(root.resolve("bin/haproxy")))
                .contains(PosixFilePermission.OTHERS_EXECUTE)
                .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    }

    @Test
    void what_leads_out_of_the_package_is_refused() {
        var escapes = List.of(
                List.of(entry("../outside", 0644)),
                List.of(entry("a/../../outside", 0644)),
                List.of(entry("/etc/outside", 0644)),
                List.of(link("a", "/etc", TarConstants.LF_SYMLINK)),
                List.of(link("a", "../..", TarConstants.LF_SYMLINK)),
                List.of(link("a", "../../etc/passwd", TarConstants.LF_LINK)));
        for (var escape : escapes) {
            assertThatThrownBy(() -> unpack(escape.toArray(TarArchiveEntry[]::new)))
                    .as("%s", escape.getFirst().getName())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("leads out of the package");
        }
        assertThat(directory.resolve("outside")).doesNotExist();
    }

    @Test
    void setuid_bits_devices_and_second_files_of_a_name_are_refused() {
        assertThatThrownBy(() -> unpack(entry("a", 04755))).hasMessageContaining("setuid");
        assertThatThrownBy(() -> unpack(link("a", "", TarConstants.LF_CHR))).hasMessageContaining("neither");
        assertThatThrownBy(() -> unpack(entry("a", 0644), entry("a", 0644))).hasMessageContaining("twice");
    }

    @Test
    void a_tree_without_a_program_or_with_two_is_no_kernel() throws Exception {
        var none = unpack(entry("etc/init.d/haproxy", 0755));
        var two = unpack(entry("haproxy", 0755), entry("usr/sbin/haproxy", 0755));

        assertThatThrownBy(() -> Program.in(none)).hasMessageContaining("holds 0");
        assertThatThrownBy(() -> Program.in(two)).hasMessageContaining("holds 2");
    }

    private Path unpack(TarArchiveEntry... entries) throws IOException {
        var file = Files.createTempFile(directory, "kernel", ".tar.gz");
        try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(Files.newOutputStream(file)))) {
            for (var entry : entries) {
                tar.putArchiveEntry(entry);
                if (entry.getSize() > 0) tar.write("content".getBytes(StandardCharsets.UTF_8));
                tar.closeArchiveEntry();
            }
        }
        var root = Files.createTempDirectory(directory, "root");
        PackageArchive.unpack(file, root);
        return root;
    }

    private static TarArchiveEntry entry(String name, int mode) {
        var entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        if (!name.endsWith("/")) entry.setSize(7);
        return entry;
    }

    private static TarArchiveEntry link(String name, String target, byte kind) {
        var entry = new TarArchiveEntry(name, kind);
        entry.setLinkName(target);
        return entry;
    }
}
