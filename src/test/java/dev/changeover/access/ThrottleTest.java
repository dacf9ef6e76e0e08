package dev.changeover.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.access.Throttle.Throttled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private final SetClock clock = new SetClock();
    private final Throttle throttle = new Throttle("failures", 5, clock);

    private Duration waits(String key) {
        var throttled = catchThrowableOfType(Throttled.class, () -> throttle.check(key));
        return throttled == null ? Duration.ZERO : throttled.retryAfter();
    }

    private void fail(String key, int times) {
        IntStream.range(0, times).forEach(time -> throttle.failed(key));
    }

    @Test
    void the_first_failures_are_free() {
        fail("bert", 4);

        assertThatCode(() -> throttle.check("bert")).doesNotThrowAnyException();
    }

    @Test
    void each_further_one_waits_twice_as_long_up_to_a_quarter_of_an_hour() {
        fail("bert", 4);
        var waits = new ArrayList<Duration>();

        for (int i = 0; i < 10; i++) {
            throttle.failed("bert");
            waits.add(waits("bert"));
        }

        assertThat(waits)
                .startsWith(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20))
                .endsWith(Duration.ofSeconds(640), Duration.ofMinutes(15), Duration.ofMinutes(15))
                .isSorted();
    }

    @Test
    void a_wait_ends_and_then_one_more_is_looked_at() {
        fail("bert", 5);

        clock.pass(Duration.ofSeconds(4));
        var before = waits("bert");
        clock.pass(Duration.ofSeconds(1));
        var after = waits("bert");
        throttle.failed("bert");

        assertThat(before).isEqualTo(Duration.ofSeconds(1));
        assertThat(after).isZero();
        assertThat(waits("bert")).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void asking_while_it_waits_does_not_make_it_wait_longer() {
        fail("bert", 5);

        IntStream.range(0, 100).forEach(time -> waits("bert"));

        assertThat(waits("bert")).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void who_was_right_begins_anew_and_nobody_else_does() {
        fail("bert", 5);
        fail("anna", 5);

        throttle.succeeded("bert");

        assertThat(waits("bert")).isZero();
        assertThat(waits("anna")).isPositive();
    }

    @Test
    void an_hour_without_failures_is_forgiven() {
        fail("bert", 9);

        clock.pass(Duration.ofMinutes(61));
        fail("bert", 4);

        assertThat(waits("bert")).isZero();
    }

    @Test
    void a_million_keys_are_not_remembered() {
        IntStream.range(0, 300_000).forEach(key -> throttle.failed("guess " + key));
        fail("bert", 5);

        assertThat(throttle.size()).isLessThanOrEqualTo(100_000);
        assertThat(List.of(waits("bert"))).doesNotContain(Duration.ZERO);
    }
}
