package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Program;
import dev.changeover.host.ProgramRun;
import dev.changeover.host.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

class PackageArchiveTest {
    private static final String LONG_HEADER = "a header in it has more than 64 KB";

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
    void a_link_that_leaves_the_package_through_another_one_is_refused() {
        assertThatThrownBy(() -> unpack(
                        link("x", ".", TarConstants.LF_SYMLINK),
                        entry("sub/", 0755),
                        link("sub/y", "../x/..", TarConstants.LF_SYMLINK)))
                .hasMessage("'sub/y' leads out of the package");
        assertThatThrownBy(
                        () -> unpack(link("a", "b", TarConstants.LF_SYMLINK), link("b", "a", TarConstants.LF_SYMLINK)))
                .hasMessageContaining("leads out of the package");
    }

    @Test
    void nothing_is_put_behind_a_link() {
        var sub = entry("sub/", 0755);
        var link = link("d", "sub", TarConstants.LF_SYMLINK);
        for (var behind : List.of(
                entry("d/file", 0644),
                entry("d/deeper/", 0755),
                link("d/l", "x", TarConstants.LF_SYMLINK),
                link("h", "d/x", TarConstants.LF_LINK))) {
            assertThatThrownBy(() -> unpack(sub, link, behind)).hasMessageContaining("lies behind a link");
        }
        assertThatThrownBy(() -> unpack(link, entry("d", 0644))).hasMessageContaining("twice");
    }

    @Test
    void a_sparse_file_counts_as_what_it_would_be_on_the_disk() throws Exception {
        var tree = Files.createDirectory(directory.resolve("sparse"));
        try (var file = new RandomAccessFile(tree.resolve("haproxy").toFile(), "rw")) {
            file.setLength(2L << 30);
        }
        var bomb = directory.resolve("bomb.tar.gz");
        var outcome = ProgramRun.in(tree, "tar", "-S", "-czf", bomb.toString(), "haproxy")
                .run();
        assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
        assertThat(bomb).satisfies(file -> assertThat(Files.size(file)).isLessThan(1000));

        assertThatThrownBy(() -> PackageArchive.unpack(bomb, Files.createDirectory(directory.resolve("root"))))
                .hasMessage("it holds more than 1024 MB");
    }

    @Test
    void a_package_that_wants_half_a_gigabyte_to_be_unpacked_is_refused() throws Exception {
        var xz = new ByteArrayOutputStream();
        try (var out = new XZOutputStream(xz, new LZMA2Options(0))) {
            out.write(1);
        }
        var bytes = xz.toByteArray();
        var header = 12; // of the first block: its size, flags, filter, size of properties, dictionary
        bytes[header + 4] = 34; // 2 << (34 / 2 + 11)
        var crc = new CRC32();
        crc.update(bytes, header, 8);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(header + 8, (int) crc.getValue());
        var deb = debOf("data.tar.xz", bytes);

        assertThatThrownBy(() -> PackageArchive.unpack(deb, Files.createDirectory(directory.resolve("root"))))
                .hasMessageMatching("it needs 51\\d MB of memory to be unpacked, more than 24; pack it with xz -6");
    }

    @Test
    void a_name_without_end_is_refused() throws Exception {
        var file = directory.resolve("name.tar.gz");
        try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(Files.newOutputStream(file)))) {
            var name = new TarArchiveEntry(TarConstants.GNU_LONGLINK, TarConstants.LF_GNUTYPE_LONGNAME);
            name.setSize(1 << 20);
            tar.putArchiveEntry(name);
            tar.write(new byte[1 << 20]);
            tar.closeArchiveEntry();
        }

        assertThatThrownBy(() -> PackageArchive.unpack(file, Files.createDirectory(directory.resolve("root"))))
                .hasMessage(LONG_HEADER);
    }

    @Test
    void a_map_of_a_sparse_file_without_end_is_refused() {
        var old = header(TarConstants.LF_GNUTYPE_SPARSE, 0);
        System.arraycopy("ustar  \0".getBytes(StandardCharsets.US_ASCII), 0, old, 257, 8);
        old[482] = 1; // its map goes on
        var map = new byte[512];
        map[504] = 1; // and on
        var attributes = "22 GNU.sparse.major=1\n25 GNU.sparse.realsize=9\n".getBytes(StandardCharsets.US_ASCII);
        var pax = ByteBuffer.allocate(3 * 512 + 8)
                .put(header(TarConstants.LF_PAX_EXTENDED_HEADER_LC, attributes.length))
                .put(Arrays.copyOf(attributes, 512))
                .put(header(TarConstants.LF_NORMAL, 1 << 30))
                .put("9999999\n".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> unpack(checked(old), map)).hasMessage(LONG_HEADER);
        assertThatThrownBy(() -> unpack(pax.array(), "0\n0\n".getBytes(StandardCharsets.US_ASCII)))
                .hasMessage(LONG_HEADER);
    }

    @Test
    void what_is_said_of_all_files_to_come_has_an_end() {
        var attribute = ("50000 k=" + "v".repeat(49_991) + "\n").getBytes(StandardCharsets.US_ASCII);
        var one = ByteBuffer.allocate(100 * 512)
                .put(header(TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, attribute.length))
                .put(Arrays.copyOf(attribute, 98 * 512))
                .put(header(TarConstants.LF_DIR, 0));

        assertThatThrownBy(() -> unpack(new byte[0], one.array())).hasMessage(LONG_HEADER);
    }

    @Test
    void a_list_of_names_without_end_in_a_deb_is_refused() throws Exception {
        for (var name : List.of("//              ", "#1/1048576      ")) {
            var deb = directory.resolve("names.deb");
            var header = "!<arch>\n%s0           0     0     644     1048576   `\n".formatted(name);
            Files.write(deb, Arrays.copyOf(header.getBytes(StandardCharsets.US_ASCII), 1 << 20));

            assertThatThrownBy(() -> PackageArchive.unpack(deb, directory)).hasMessage(LONG_HEADER);
        }
    }

    @Test
    void the_name_in_a_gzip_is_not_kept() throws Exception {
        var root = Files.createDirectory(directory.resolve("root"));
        var out = new ByteArrayOutputStream();
        var named = new GzipParameters();
        named.setFileName("n".repeat(4 << 20));
        try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(out, named))) {
            tar.putArchiveEntry(entry("haproxy/", 0755));
            tar.closeArchiveEntry();
        }
        var file = Files.write(directory.resolve("named.tar.gz"), out.toByteArray());
        var before = allocated();

        PackageArchive.unpack(file, root);

        assertThat(allocated() - before).isLessThan(2 << 20);
    }

    private static long allocated() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }

    @Test
    void dpkg_gets_no_more_memory_than_any_distribution_needs() throws Exception {
        var lzma = new ByteArrayOutputStream();
        try (var out = new LZMAOutputStream(lzma, new LZMA2Options(0), -1)) {
            out.write(header(TarConstants.LF_DIR, 0));
            out.write(new byte[1024]);
        }
        var bytes = lzma.toByteArray();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(1, 1 << 30); // its dictionary
        var deb = debOf("data.tar.lzma", bytes);

        assertThatThrownBy(() -> PackageArchive.unpack(deb, Files.createDirectory(directory.resolve("root"))))
                .hasMessage("dpkg-deb cannot read its data.tar.lzma");
    }

    @Test
    void a_deb_without_content_is_refused_however_it_is_compressed() throws Exception {
        var nothing = new byte[1024];
        var squeezed = new ByteArrayOutputStream();
        try (var out = new BZip2CompressorOutputStream(squeezed)) {
            out.write(nothing);
        }

        for (var deb : List.of(
                debOf("data.tar.bz2", squeezed.toByteArray()),
                debOf("data.tar", nothing),
                debOf("data.tar.gz", new byte[0]),
                debOf("data.tar.zst", new byte[0]))) {
            assertThatThrownBy(() -> PackageArchive.unpack(deb, Files.createTempDirectory(directory, "root")))
                    .hasMessageEndingWith("is empty");
        }
    }

    private Path debOf(String name, byte[] content) throws IOException {
        var deb = Files.createTempFile(directory, "bomb", ".deb");
        try (var ar = new ArArchiveOutputStream(Files.newOutputStream(deb))) {
            for (var member : List.of("debian-binary", "control.tar", name)) {
                var bytes = member.equals(name) ? content : "2.0\n".getBytes(StandardCharsets.US_ASCII);
                ar.putArchiveEntry(new ArArchiveEntry(member, bytes.length));
                ar.write(bytes);
                ar.closeArchiveEntry();
            }
        }
        return deb;
    }

    /** Of a file in a tar. */
    private static byte[] header(byte kind, long size) {
        var entry = new TarArchiveEntry("haproxy", kind);
        entry.setSize(size);
        var header = new byte[512];
        entry.writeEntryHeader(header);
        return header;
    }

    /** With the sum of what it says now. */
    private static byte[] checked(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (var one : header) sum += one & 0xff;
        var octal = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(octal, 0, header, 148, octal.length);
        return header;
    }

    /** Unpacks what begins so and goes on with the same again and again, to a megabyte. */
    private void unpack(byte[] begin, byte[] again) throws IOException {
        var file = Files.createTempFile(directory, "kernel", ".tar.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(begin);
            for (int written = 0; written < 1 << 20; written += again.length) out.write(again);
        }
        PackageArchive.unpack(file, Files.createTempDirectory(directory, "root"));
    }

    /** Not the words of the system, which would be a fault of the host. */
    private static void assertRefused(ThrowingCallable unpacking, String message) {
        assertThatThrownBy(unpacking).isExactlyInstanceOf(IOException.class).hasMessage(message);
    }

    @Test
    void a_link_has_a_name_and_leads_somewhere() {
        for (var kind : List.of(TarConstants.LF_SYMLINK, TarConstants.LF_LINK)) {
            var leads = kind == TarConstants.LF_SYMLINK ? "'a' is a link to nothing" : "'a' is a link to no file";
            assertRefused(() -> unpack(link("a", "", kind)), leads);
            for (var name : List.of(".", "a/..", ""))
                assertRefused(
                        () -> unpack(entry("b", 0644), link(name, "b", kind)), "'" + name + "' is no name of a file");
        }
        assertRefused(() -> unpack(entry(".", 0644)), "'.' is no name of a file");
    }

    @Test
    void no_name_is_longer_than_a_file_system_takes() {
        var much = "x".repeat(5_000);
        var deep = "x/".repeat(2_500);
        var refused = "a name in it is too long: ";
        for (var name : List.of(much, "ä".repeat(128), "a/" + "x".repeat(256) + "/b", deep)) {
            var begin = refused + "'" + name.substring(0, 60) + "…'";
            assertRefused(() -> unpack(entry(name, 0644)), begin);
            assertRefused(() -> unpack(entry(name + "/", 0755)), begin);
            assertRefused(() -> unpack(link("a", name, TarConstants.LF_SYMLINK)), begin);
            assertRefused(() -> unpack(link("a", name, TarConstants.LF_LINK)), begin);
        }
    }

    @Test
    void nothing_is_put_where_something_else_is() {
        var file = entry("a", 0644);
        var tree = entry("d/", 0755);
        var symlink = link("d", "a", TarConstants.LF_SYMLINK);
        assertRefused(() -> unpack(file, tree, symlink), "'d' twice");
        assertRefused(() -> unpack(file, tree, link("d", "a", TarConstants.LF_LINK)), "'d' twice");
        assertRefused(() -> unpack(file, link("a", "a", TarConstants.LF_LINK)), "'a' twice");
        assertRefused(() -> unpack(file, entry("a/", 0755)), "'a/' twice");
        for (var below : List.of("a/b", "a/b/c", "a/b/")) {
            assertRefused(() -> unpack(file, entry(below, 0755)), "'" + below + "' lies below a file");
        }
    }

    @Test
    void what_is_damaged_or_ends_early_is_refused_with_a_reason() throws Exception {
        for (var length : List.of(1, 5, 30, 512, 4096)) {
            var some = Arrays.copyOf("junk".getBytes(StandardCharsets.US_ASCII), length);
            for (var name : List.of("data.tar.xz", "data.tar.xz/", "data.tar.gz", "data.tar.gz/")) {
                assertRefusedWithReason(debOf(name, some), "%d bytes in %s".formatted(length, name));
            }
        }
        var tar = ByteBuffer.allocate(1024)
                .put(header(TarConstants.LF_NORMAL, 600))
                .array();
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(tar);
        }
        var deb = Files.readAllBytes(debOf("data.tar.gz", packed.toByteArray()));
        for (var whole : List.of(packed.toByteArray(), deb)) {
            for (int length = 1; length < whole.length; length++) {
                var cut = Files.write(directory.resolve("cut"), Arrays.copyOf(whole, length));
                assertRefusedWithReason(cut, "%d bytes of %d".formatted(length, whole.length));
            }
        }
        var junk = debOf("data.tar.xz/", new byte[3]);
        assertRefused(() -> PackageArchive.unpack(junk, directory), "it is damaged or ends too early");
    }

    private void assertRefusedWithReason(Path file, String what) {
        assertThatThrownBy(() -> PackageArchive.unpack(file, Files.createTempDirectory(directory, "root")))
                .as(what)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(FileSystemException.class)
                .satisfies(failure -> assertThat(Reason.of(failure)).doesNotContain("without a reason"));
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
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
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
