package dev.changeover.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.database.Sql;
import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Signatures that are good once, on whatever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SignedRequestsContract {
    private static final Instant NOW = Instant.parse("2026-07-15T08:46:10Z");
    private static final String SIGNATURE = "0a".repeat(32);
    private static final String OTHER = "0b".repeat(32);

    private ApplicationContext context;
    private Sql sql;
    private SignedRequests used;

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        sql = context.getBean(Sql.class);
        used = at(NOW);
    }

    @AfterAll
    void close() {
        context.close();
    }

    @BeforeEach
    void nothing_was_used() {
        sql.change("delete from signed_request");
    }

    @Test
    void a_signature_is_good_once() {
        assertThat(used.isFirst(SIGNATURE, NOW)).isTrue();
        assertThat(used.isFirst(SIGNATURE, NOW)).isFalse();
        assertThat(used.isFirst(OTHER, NOW)).isTrue();
    }

    @Test
    void of_many_at_once_one_is_the_first() throws Exception {
        Callable<Boolean> ask = () -> used.isFirst(SIGNATURE, NOW);
        var answers = new ArrayList<Boolean>();

        try (var threads = Executors.newFixedThreadPool(8)) {
            var asked = IntStream.range(0, 8).mapToObj(i -> ask).toList();
            for (var answer : threads.invokeAll(asked)) {
                answers.add(answer.get());
            }
        }

        assertThat(answers).hasSize(8).containsOnlyOnce(true);
    }

    @Test
    void a_signature_is_remembered_as_long_as_any_server_accepts_it() {
        used.isFirst(SIGNATURE, NOW.plus(Duration.ofMinutes(30)));
        used.isFirst(OTHER, NOW.plus(Duration.ofMinutes(20)));

        assertThat(at(NOW.plus(Duration.ofMinutes(19))).forgetExpired()).isZero();
        assertThat(at(NOW.plus(Duration.ofMinutes(21))).forgetExpired()).isEqualTo(1);
        assertThat(used.isFirst(SIGNATURE, NOW)).isFalse();
        assertThat(used.isFirst(OTHER, NOW)).isTrue();
    }

    private SignedRequests at(Instant now) {
        return new SignedRequests(sql, Clock.fixed(now, ZoneOffset.UTC));
    }
}
