package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.HaproxyKernels.Available;
import dev.changeover.demo.RealParts;
import dev.changeover.inventory.FileFormat;
import dev.changeover.inventory.FleetFile;
import dev.changeover.inventory.KernelFile;
import dev.changeover.inventory.KernelVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeImageTest {
    @TempDir
    Path root;

    private Available kernels = RealParts.debianKernels();
    private Image image = new Image(Path.of("/"), Map.of());

    @BeforeEach
    void build() throws IOException {
        image = Image.of("node", root, Map.of());
    }

    @Test
    void its_catalogue_has_both_kernels_with_their_checksums() throws Exception {
        assertThat(image.kernels(kernels)).isEqualTo(new Run(0, "", ""));

        var catalogue = KernelFile.read(
                FileFormat.YAML,
                Files.readString(image.path("/opt/changeover/packages/kernels.yaml")),
                engine -> List.of());
        assertThat(catalogue).hasSize(2);
        for (var kernel : List.of(kernels.older(), kernels.newer())) {
            var entry = catalogue.get(kernel == kernels.older() ? 0 : 1);
            assertThat(entry.version()).isEqualTo(KernelVersion.of(kernel.version()));
            assertThat(entry.reportedVersion()).isEqualTo(kernel.reportedVersion());
            var fetched = entry.packages().getFirst();
            assertThat(fetched.arch()).isEqualTo(System.getProperty("os.arch"));
            assertThat(fetched.sha256()).isEqualTo(kernel.sha256());
            assertThat(Path.of(URI.create(fetched.url()))).hasSameBinaryContentAs(kernel.packageFile());
        }
    }

    @Test
    void making_the_catalogue_again_changes_nothing() throws Exception {
        image.kernels(kernels);
        var catalogue = Files.readString(image.path("/opt/changeover/packages/kernels.yaml"));

        assertThat(image.run("kernel-packages", image.path("/opt/changeover/packages")))
                .isEqualTo(new Run(0, "", ""));
        assertThat(image.path("/opt/changeover/packages/kernels.yaml")).hasContent(catalogue);
    }

    @Test
    void it_asks_for_its_enrolment_until_there_is_an_answer() throws Exception {
        var asked = root.resolve("asked");
        Files.writeString(image.path("/usr/local/bin/changeover"), """
                #!/bin/sh
                case $2 in
                  enroll) echo "$@" >> %1$s; [ "$(wc -l < %1$s)" -ge 3 ] ;;
                  *) exec tail -f /dev/null ;;
                esac
                """.formatted(asked));
        Files.writeString(image.path("/opt/changeover/packages/initial-kernel.toml"), "");
        var token = image.path("/var/lib/changeover-enrolment/node-1");
        Files.createDirectories(token.getParent());
        Files.writeString(token, "secret");
        var builder =
                new ProcessBuilder(image.path("/usr/local/bin/changeover-node").toString(), "node-1");
        builder.environment().putAll(image.environment(Map.of()));

        var node = builder.start();
        try {
            await().atMost(Duration.ofMinutes(1))
                    .until(() ->
                            Files.exists(asked) && Files.readAllLines(asked).size() >= 3);
        } finally {
            node.destroy();
            node.waitFor();
        }

        assertThat(asked)
                .content()
                .isEqualTo(("agent enroll secret --config %s%n".formatted(image.path("/var/lib/changeover/agent.toml")))
                        .repeat(3));
    }

    @Test
    void a_package_that_is_none_of_debians_gets_no_catalogue() throws Exception {
        var packages = image.path("/opt/changeover/packages");
        for (var version : List.of("1.0", "2.0")) {
            var tree = root.resolve("tree");
            Files.createDirectories(tree.resolve("DEBIAN"));
            Files.writeString(tree.resolve("DEBIAN/control"), """
                    Package: haproxy
                    Version: %s
                    Architecture: all
                    Maintainer: Nobody <nobody@example.com>
                    Description: none of Debian's
                    """.formatted(version));
            Run.of("dpkg-deb", "--build", tree, packages.resolve("haproxy_" + version + "_all.deb"));
        }

        var run = image.run("kernel-packages", packages);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("haproxy_1.0_all.deb: the version 1.0 is none of Debian's numbering");
        assertThat(packages.resolve("kernels.yaml")).doesNotExist();
    }

    @Test
    void the_fleet_names_its_nodes_as_the_compose_file_does_and_the_kernel_they_start_with() throws IOException {
        var fleet = FleetFile.read(Files.readString(Image.SOURCES.resolve("fleet.yaml"))
                .replace("@INITIAL_KERNEL@", kernels.older().version()));

        var proxy = fleet.proxies().getFirst();
        assertThat(proxy.version()).isEqualTo(KernelVersion.of(kernels.older().version()));
        assertThat(proxy.nodes()).extracting(node -> node.id()).containsExactly("node-1", "node-2", "node-3");
    }

    @Test
    void both_kernels_accept_its_configuration_without_a_warning() throws Exception {
        // Outside of the containers' network there is no host of that name.
        var text = Files.readString(Image.SOURCES.resolve("haproxy.cfg")).replace("mariadb:3306", "127.0.0.1:3306");
        var configuration = Files.writeString(root.resolve("haproxy.cfg"), text);

        for (var kernel : List.of(kernels.older(), kernels.newer())) {
            var tree = RealParts.unpack(kernel, Files.createDirectory(root.resolve(kernel.version())));
            var check = Run.of(
                    Map.of("LD_LIBRARY_PATH", RealParts.libraries(tree)),
                    tree.resolve("usr/sbin/haproxy"),
                    "-c",
                    "-f",
                    configuration);

            assertThat(check.exitCode()).as(check.errors()).isZero();
            assertThat(check.output() + check.errors()).doesNotContainIgnoringCase("warning");
        }
    }

    @Test
    void it_has_every_library_that_the_kernels_need() throws Exception {
        var installed = String.join(" ", Image.instructions());

        for (var kernel : List.of(kernels.older(), kernels.newer())) {
            var needed =
                    Run.of("dpkg-deb", "-f", kernel.packageFile(), "Depends").output();
            assertThat(Arrays.stream(needed.split(","))
                            .map(word -> word.strip().split(" ")[0])
                            .filter(name -> name.startsWith("lib") && !name.equals("libc6")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(installed).contains(" " + name + " "));
        }
    }
}
