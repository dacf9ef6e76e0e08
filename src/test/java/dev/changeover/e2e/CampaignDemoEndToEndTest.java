package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.RealParts;
import dev.changeover.temporal.RealTemporal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's demonstration of a campaign: five proxies leave a defective version, and their owners get mails. */
class CampaignDemoEndToEndTest {
    private static final Duration PATIENT = Duration.ofMinutes(9);

    @Test
    void five_proxies_leave_a_defective_version_and_each_owner_has_mails_that_open_in_a_browser(@TempDir Path directory)
            throws Exception {
        RealParts.kernels();
        RealParts.mariaDb();
        RealTemporal.program();
        var report = directory.resolve("demo/report.json");
        var demo = Program.start(
                directory.resolve("said.txt"), Map.of(), "demo", "--campaign", "--report", report.toString());

        var code = demo.exitCode(PATIENT);

        var said = Files.readString(demo.log());
        // It goes by every member's state, every contact's deliveries, and the connections that failed.
        assertThat(code).as(said).isZero();
        assertThat(said)
                .contains("2.6.12.3 is DEFECTIVE: a campaign is planned")
                .contains("campaign     DONE: every member is through")
                .containsPattern("connections +[0-9,]+ made, 0 failed");
        try (var mails = Files.list(report.resolveSibling("mails"))) {
            assertThat(mails)
                    .as("planned, started and done for three contacts, at least")
                    .hasSizeGreaterThanOrEqualTo(9)
                    .allSatisfy(mail -> assertThat(mail).content().startsWith("<!doctype html>"));
        }
    }
}
