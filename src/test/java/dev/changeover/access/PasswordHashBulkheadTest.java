package dev.changeover.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PasswordHashBulkheadTest {
    private final PasswordHashBulkhead turns = new PasswordHashBulkhead(1);

    @Test
    void a_password_is_not_looked_at_on_the_threads_of_calls() throws Exception {
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            var where = calls.submit(() -> turns.next(Thread::currentThread)).get();

            assertThat(where.isVirtual()).isFalse();
            assertThat(where.isDaemon()).isTrue();
        }
    }

    @Test
    void who_finds_too_many_waiting_is_told_so_at_once_and_those_who_wait_get_their_turn() throws Exception {
        var first = new CountDownLatch(1);
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = IntStream.rangeClosed(0, PasswordHashBulkhead.WAITING)
                    .mapToObj(i -> calls.submit(() -> turns.next(() -> {
                        first.await();
                        return i;
                    })))
                    .toList();
            await().atMost(Duration.ofMinutes(1)).until(() -> turns.waiting() == PasswordHashBulkhead.WAITING);

            assertThatThrownBy(() -> turns.next(() -> "one more")).isInstanceOf(LogIn.Busy.class);
            first.countDown();

            for (var one : waiting) {
                assertThat(one.get()).isNotNegative();
            }
            assertThat(waiting).allMatch(Future::isDone);
        }
    }

    @Test
    void who_waits_too_long_is_not_looked_at_any_more() throws Exception {
        var first = new CountDownLatch(1);
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = calls.submit(() -> turns.next(() -> {
                first.await();
                return "slow";
            }));
            await().atMost(Duration.ofMinutes(1)).until(turns::isAtWork);

            assertThatThrownBy(() -> turns.next(() -> "late")).isInstanceOf(LogIn.Busy.class);

            assertThat(turns.waiting()).isZero();
            first.countDown();
            assertThat(slow.get()).isEqualTo("slow");
        }
    }

    @Test
    void what_goes_wrong_reaches_the_caller_as_it_is() {
        var ours = new LogIn.WrongCredentials();

        assertThatThrownBy(() -> turns.next(() -> {
                    throw ours;
                }))
                .isSameAs(ours);
        assertThatThrownBy(() -> turns.next(() -> {
                    throw new IOException("x");
                }))
                .hasCauseInstanceOf(IOException.class);
    }
}
