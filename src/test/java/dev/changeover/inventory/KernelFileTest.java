package dev.changeover.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.inventory.Kernel.KernelPackage;
import dev.changeover.inventory.Kernel.Lifecycle;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class KernelFileTest {
    private static final String SHA = "0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789abcdefABCD";
    private static final String KERNELS = """
            kernels:
              - version: 2.6.12.4
                engine: taurusproxy
                reported_version: 2.6.12-1+deb12u4
                lifecycle: risky
                release_notes: Closes a leak.
                expires_at: 2027-01-01T00:00:00Z
                packages:
                  - arch: amd64
                    url: https://packages.example/haproxy.deb
                    sha256: %s
                  - arch: aarch64
                    url: /var/lib/packages/haproxy 4.deb
                    sha256: %s
              - version: 2.6.12.3
                reported_version: 2.6.12-1+deb12u3
            """.formatted(SHA, SHA);

    @Test
    void reads_versions_with_their_packages() {
        var kernels = KernelFile.read(FileFormat.YAML, KERNELS, engine -> List.of());

        assertThat(kernels)
                .containsExactly(
                        new Kernel(
                                "taurusproxy",
                                KernelVersion.of("2.6.12.4"),
                                Lifecycle.RISKY,
                                "",
                                "2.6.12-1+deb12u4",
                                "Closes a leak.",
                                Instant.parse("2027-01-01T00:00:00Z"),
                                List.of(
                                        new KernelPackage(
                                                "amd64",
                                                "https://packages.example/haproxy.deb",
                                                SHA.toLowerCase(Locale.ROOT)),
                                        new KernelPackage(
                                                "aarch64",
                                                "file:///var/lib/packages/haproxy%204.deb",
                                                SHA.toLowerCase(Locale.ROOT)))),
                        new Kernel(
                                "haproxy",
                                KernelVersion.of("2.6.12.3"),
                                Lifecycle.ACTIVE,
                                "",
                                "2.6.12-1+deb12u3",
                                "",
                                null,
                                List.of()));
    }

    @Test
    void what_the_file_does_not_say_of_a_lifecycle_is_kept_key_by_key() {
        var withdrawn = new Kernel(
                "haproxy",
                KernelVersion.of("2.6.12.3"),
                Lifecycle.DEFECTIVE,
                "it leaks",
                "2.6.12-1+deb12u3",
                "",
                Instant.parse("2027-01-01T00:00:00Z"),
                List.of());

        assertThat(again(withdrawn, "")).isEqualTo(withdrawn);
        assertThat(again(withdrawn, "expires_at: 2028-01-01T00:00:00Z"))
                .isEqualTo(withdrawn.with(Lifecycle.DEFECTIVE, "it leaks", Instant.parse("2028-01-01T00:00:00Z")));
        assertThat(again(withdrawn, "lifecycle_reason: it burns"))
                .isEqualTo(withdrawn.with(Lifecycle.DEFECTIVE, "it burns", withdrawn.expiresAt()));
        assertThat(again(withdrawn, "lifecycle: defective")).isEqualTo(withdrawn);
        assertThat(again(withdrawn, "lifecycle: active"))
                .as("the reason was that of the other lifecycle")
                .isEqualTo(withdrawn.with(Lifecycle.ACTIVE, "", withdrawn.expiresAt()));
    }

    private static Kernel again(Kernel known, String line) {
        var yaml = """
                kernels:
                  - version: 2.6.12.3
                    reported_version: 2.6.12-1+deb12u3
                    %s
                """.formatted(line);
        return KernelFile.read(FileFormat.YAML, yaml, engine -> List.of(known)).getFirst();
    }

    @Test
    void finds_every_fault_in_one_attempt() {
        var yaml = KERNELS.replace("version: 2.6.12.4\n", "version: 2.6\n")
                .replace("risky", "dubious")
                .replace("2027-01-01T00:00:00Z", "tomorrow")
                .replace("arch: aarch64", "arch: x86")
                .replace("https://", "ftp://")
                .replaceFirst("sha256: 01", "sha256: ")
                .replace("reported_version: 2.6.12-1+deb12u3", "reported: 2");

        assertThat(faults(yaml))
                .containsExactly(
                        "line 2: kernel '2.6' has version '2.6': four numbers separated by dots are needed, like 2.23.06.001",
                        "line 5: kernel '2.6' has lifecycle 'dubious': active or risky or defective or expired or offline is needed",
                        "line 7: kernel '2.6' has expires_at 'tomorrow': an instant is needed, like 2027-01-01T00:00:00Z",
                        "line 10: package 'amd64' has url 'ftp://packages.example/haproxy.deb': https://…, http://…, file:///… or an absolute path is needed",
                        "line 11: package 'amd64' has sha256 '%s': 64 hexadecimal digits are needed"
                                .formatted(SHA.substring(2)),
                        "line 12: package 'x86' has arch 'x86': amd64 or aarch64 is needed",
                        "line 15: kernel '2.6.12.3' has no reported_version: a text of at most 128 characters is needed",
                        "line 16: kernel '2.6.12.3' has an unknown key 'reported': known are version, engine, reported_version, lifecycle, lifecycle_reason, release_notes, expires_at, packages");
    }

    @Test
    void a_version_or_what_a_program_reports_may_occur_once() {
        assertThat(faults(KERNELS.replace("version: 2.6.12.3\n", "version: 2.6.012.004\n    engine: taurusproxy\n")))
                .containsExactly("line 15: kernel 'taurusproxy 2.6.12.4' is declared already on line 2");
        assertThat(faults(KERNELS.replace("deb12u3", "deb12u4")))
                .containsExactly("line 16: reported version '2.6.12-1+deb12u4' is declared already on line 4");
        assertThat(faults(KERNELS.replace("aarch64", "amd64")))
                .containsExactly("line 12: kernel '2.6.12.4' has two packages for amd64");
    }

    private static List<String> faults(String yaml) {
        var refused = catchThrowableOfType(
                FileRefused.class, () -> KernelFile.read(FileFormat.YAML, yaml, engine -> List.of()));
        return String.valueOf(refused.getMessage()).lines().toList();
    }
}
