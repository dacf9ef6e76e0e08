package dev.changeover.api.upgrades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Kernel.Lifecycle;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.UpgradeAdvice;
import dev.changeover.window.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyVersionTest {
    private static final KernelVersion OLD = KernelVersion.of("2.6.12.3");

    /** Numbers, because programs of the published interface read them as such. */
    @ParameterizedTest
    @CsvSource({"ACTIVE, 1", "RISKY, 2", "EXPIRED, 2", "OFFLINE, 2", "DEFECTIVE, 3"})
    void the_risk_says_how_bad_the_version_is_that_runs_and_why(Lifecycle lifecycle, int level) {
        var reason = lifecycle == Lifecycle.ACTIVE ? "" : "it leaks";
        var running = new Kernel("haproxy", OLD, lifecycle, reason, "2.6.12", "", null, List.of());

        var risk = ProxyVersion.of(advice(Optional.of(running)), UpgradeSettings.DEFAULT)
                .risk();

        assertThat(risk.level()).isEqualTo(level);
        assertThat(risk.suggest().startsWith("Version 2.6.12.3 is " + lifecycle + ": it leaks. "))
                .isEqualTo(lifecycle != Lifecycle.ACTIVE);
        assertThat(risk.suggest()).endsWith("Upgrade in off-peak hours.");
        assertThat(ProxyVersion.of(advice(Optional.empty()), UpgradeSettings.DEFAULT)
                        .risk()
                        .level())
                .isEqualTo(1);
    }

    @Test
    void a_version_that_nobody_gave_a_reason_for_is_named_without_one() {
        var running = new Kernel("haproxy", OLD, Lifecycle.EXPIRED, "", "2.6.12", "", null, List.of());

        assertThat(ProxyVersion.of(advice(Optional.of(running)), UpgradeSettings.DEFAULT)
                        .risk()
                        .suggest())
                .startsWith("Version 2.6.12.3 is EXPIRED. Upgrade");
    }

    @Test
    void the_limit_of_age_is_the_one_that_is_set() {
        var second = Duration.ofSeconds(1);
        var settings = new UpgradeSettings(second, Duration.ofMinutes(90), second, second, second, 1);

        assertThat(ProxyVersion.of(advice(Optional.empty()), settings).risk().influence())
                .contains("Connections open for more than 90 minutes are interrupted");
        var plan = PlanAnswer.of(advice(Optional.empty()), false, settings);
        assertThat(plan.ageLimitSeconds()).isEqualTo(5400);
    }

    private static UpgradeAdvice advice(Optional<Kernel> running) {
        return new UpgradeAdvice(
                OLD,
                running,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Duration.ZERO,
                Schedule.planned(MaintenanceWindow.DEFAULT, Instant.EPOCH, Duration.ZERO),
                List.of(),
                List.of());
    }
}
