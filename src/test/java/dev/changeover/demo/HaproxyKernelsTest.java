package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.HaproxyKernels.Available;
import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.demo.HaproxyKernels.Unavailable;
import dev.changeover.host.ProgramRun;
import dev.changeover.host.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HaproxyKernelsTest {
    private static final Set<String> LIBRARIES = Set.of("liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "2.6.12-1+deb12u3, 2.6.12.3",
        "2.6.12-1+deb12u14, 2.6.12.14",
        "3.0.11-1, 3.0.11.0",
        "2.8.16-0ubuntu0.24.04.1, 2.8.16.1",
        "2.8.5-1ubuntu3, 2.8.5.3",
    })
    void numbers_a_kernel_by_upstream_version_and_update_of_the_distribution(String reported, String version) {
        assertThat(HaproxyKernels.versionOf(reported)).contains(version);
    }

    @ParameterizedTest
    @CsvSource({"3.3~dev2-1", "1:2.6.12-1", "2.6.12", "2.6.12-1+deb12u3~bpo11+1", "''"})
    void leaves_out_a_build_that_is_numbered_another_way(String reported) {
        assertThat(HaproxyKernels.versionOf(reported)).isEmpty();
    }

    @Test
    void the_packages_report_the_versions_they_are_listed_with() throws IOException {
        var kernels = RealParts.kernels();

        assertThat(reportedBy(kernels.older())).isEqualTo(kernels.older().reportedVersion());
        assertThat(reportedBy(kernels.newer())).isEqualTo(kernels.newer().reportedVersion());
        assertThat(kernels.older().version()).isNotEqualTo(kernels.newer().version());
        assertThat(kernels.newer().sha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void a_host_without_the_libraries_gets_packages_that_carry_them() throws IOException {
        RealParts.kernels();
        var host = new HaproxyKernels(directory, name -> !LIBRARIES.contains(name) && DebianPackages.isInstalled(name));

        var kernels = (Available) host.find();

        assertThat(kernels.older().packageFile().toString()).endsWith(".tar.gz");
        assertThat(librariesLoadedFromThePackage(kernels.older()))
                .contains("liblua5.3.so.0", "libopentracing-c-wrapper.so.0", "libopentracing.so.1");
        assertThat(host.find()).as("found in the cache").isEqualTo(kernels);
    }

    @Test
    void two_packages_in_the_cache_are_taken_without_asking_apt() throws IOException {
        Files.writeString(directory.resolve("haproxy_9.0.1-1+deb12u9_amd64.tar.gz"), "nine");
        Files.writeString(directory.resolve("haproxy_9.0.1-1+deb12u10_amd64.tar.gz"), "ten");
        Files.writeString(directory.resolve("haproxy_8.9.9-1+deb12u1_amd64.tar.gz"), "eight");

        var found = (Available) new HaproxyKernels(directory, name -> true).find();

        assertThat(found.older().version()).isEqualTo("9.0.1.9");
        assertThat(found.newer().version()).isEqualTo("9.0.1.10");
        assertThat(found.newer().sha256())
                .isEqualTo(Sha256.of(Files.readAllBytes(found.newer().packageFile())));
    }

    @Test
    void a_host_without_package_lists_is_asked_for_nothing_because_we_fetch_our_own() throws IOException {
        RealParts.kernels();
        var host = new DebianPackages(DebianPackages::isInstalled);

        var ours = host.withListsIn(directory.resolve("apt"));

        assertThat(directory.resolve("apt/lists")).isNotEmptyDirectory();
        assertThat(ours.versionsOf("haproxy")).isEqualTo(host.versionsOf("haproxy"));
    }

    @Test
    void an_installed_haproxy_is_a_package_under_the_version_it_reports() throws IOException {
        var kernel = RealParts.kernels().newer();
        Path program = unpacked(kernel).resolve("usr/sbin/haproxy");

        Path archive = KernelArchive.ofInstalled(program, Files.createDirectory(directory.resolve("cache")));

        assertThat(archive.getFileName()).hasToString("haproxy_" + kernel.reportedVersion() + "_installed.tar.gz");
        assertThat(reportedBy(new Kernel(
                        kernel.version(), kernel.reportedVersion(), archive, Sha256.of(Files.readAllBytes(archive)))))
                .isEqualTo(kernel.reportedVersion());
    }

    @Test
    void a_cache_that_cannot_be_written_is_a_reason_and_not_an_exception() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        var found = new HaproxyKernels(file.resolve("cache"), name -> true).find();

        assertThat(found)
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unavailable -> assertThat(unavailable.reason()).contains("could not be had", "file"));
    }

    private String reportedBy(Kernel kernel) throws IOException {
        Path tree = unpacked(kernel);
        String program = tree.resolve("usr/sbin/haproxy").toString();
        String firstLine = ProgramRun.in(tree, "env", "LD_LIBRARY_PATH=" + RealParts.libraries(tree), program, "-v")
                .output()
                .lines()
                .findFirst()
                .orElseThrow();
        return firstLine.split(" ")[2];
    }

    private String librariesLoadedFromThePackage(Kernel kernel) throws IOException {
        Path tree = unpacked(kernel);
        String program = tree.resolve("usr/sbin/haproxy").toString();
        return ProgramRun.in(tree, "env", "LD_LIBRARY_PATH=" + RealParts.libraries(tree), "ldd", program)
                .output()
                .lines()
                .filter(line -> line.contains(tree.toString()))
                .reduce("", String::concat);
    }

    private Path unpacked(Kernel kernel) throws IOException {
        return RealParts.unpack(kernel, Files.createTempDirectory(directory, "tree"));
    }
}
