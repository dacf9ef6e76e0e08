package dev.changeover.audit;

import static dev.changeover.audit.AuditEntry.Subject.Kind.INSTANCE;
import static dev.changeover.audit.AuditEntry.Subject.Kind.JOB;
import static dev.changeover.audit.AuditEntry.Subject.Kind.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.audit.AuditEntry.Deed;
import dev.changeover.audit.AuditEntry.Intent;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditEntry.Who;
import dev.changeover.audit.AuditQuery.Result;
import dev.changeover.audit.AuditTrail.NotWritten;
import dev.changeover.database.Sql;
import io.micronaut.context.ApplicationContext;
import io.micronaut.data.exceptions.DataAccessException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit trail's promises on every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AuditTrailContract {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

    private ApplicationContext context;
    private AuditTrail trail;
    Sql sql;

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        trail = context.getBean(AuditTrail.class);
        sql = context.getBean(Sql.class);
    }

    @AfterAll
    void close() {
        context.close();
    }

    @Test
    void gives_back_every_field_as_it_was_written() {
        var actor = someone();
        var subjects = List.of(new Subject(PROJECT, "p-1"), new Subject(INSTANCE, "i-1"), new Subject(JOB, "j-1"));
        var outcome = new Outcome(NOON.plusMillis(7), 409, "DBS.200086", 1, "why not", "{\"a\":1}", "{\"a\":2}");
        var entry = new AuditEntry(
                id(),
                NOON,
                new Who(actor, "token", "10.0.0.7"),
                new Deed("upgrade.pause", "POST", "/v3/{project_id}/x"),
                subjects,
                null,
                outcome);

        trail.add(entry);

        assertThat(by(actor)).containsExactly(entry);
    }

    @Test
    void what_is_being_done_has_no_outcome_until_it_ended() {
        var actor = someone();
        var begun = entry(actor, NOON, null);

        trail.add(begun);

        assertThat(by(actor)).containsExactly(begun);
        assertThat(Result.of(by(actor).getFirst().outcome())).isEqualTo(Result.UNKNOWN);

        var outcome = Outcome.bare(NOON.plusSeconds(1), 200, "");
        trail.ended(begun.requestId(), List.of(new Subject(JOB, "j-2"), new Subject(PROJECT, "p-1")), outcome);

        var ended = by(actor).getFirst();
        assertThat(ended.outcome()).isEqualTo(outcome);
        assertThat(ended.subjects()).containsExactly(new Subject(PROJECT, "p-1"), new Subject(JOB, "j-2"));
    }

    @Test
    void what_was_announced_is_there_until_it_ended() {
        var actor = someone();
        var begun = entry(actor, NOON, null);
        trail.add(begun);

        trail.announced(begun.requestId(), List.of(new Subject(JOB, "j-2")), new Intent("why", "{}", "{\"a\":2}"));
        trail.announced(begun.requestId(), List.of(new Subject(JOB, "j-3")), new Intent("what?", "{}", "{}"));

        var announced = by(actor).getFirst();
        assertThat(announced.intent()).isEqualTo(new Intent("why", "{}", "{\"a\":2}"));
        assertThat(announced.subjects())
                .containsExactly(new Subject(PROJECT, "p-1"), new Subject(JOB, "j-2"), new Subject(JOB, "j-3"));
        assertThat(Result.of(announced.outcome())).isEqualTo(Result.UNKNOWN);

        var outcome = new Outcome(NOON.plusSeconds(1), 200, "", 1, "why", "{}", "{\"a\":2}");
        trail.ended(begun.requestId(), List.of(new Subject(JOB, "j-2")), outcome);

        assertThat(by(actor).getFirst().intent()).isNull();
        assertThat(by(actor).getFirst().outcome()).isEqualTo(outcome);
    }

    @Test
    void nothing_is_announced_of_a_call_without_an_entry() {
        assertThatThrownBy(() -> trail.announced("nobody's", List.of(), new Intent("", "{}", "{}")))
                .isInstanceOf(NotWritten.class);
    }

    @Test
    void lists_newest_first_page_by_page() {
        var actor = someone();
        IntStream.range(0, 7).forEach(second -> trail.add(entry(actor, NOON.plusSeconds(second), null)));

        var page = trail.page(new AuditQuery(actor, null, List.of(), null, null, null, 2, 3));

        assertThat(page.total()).isEqualTo(7);
        assertThat(page.entries())
                .extracting(AuditEntry::at)
                .containsExactly(NOON.plusSeconds(4), NOON.plusSeconds(3), NOON.plusSeconds(2));
        assertThat(trail.page(new AuditQuery(actor, null, List.of(), null, null, null, 7, 3)))
                .isEqualTo(new AuditPage(7, List.of()));
    }

    @ParameterizedTest
    @CsvSource({"200,DONE", "204,DONE", "400,REFUSED", "404,REFUSED", "429,REFUSED", "500,FAILED", "503,FAILED"})
    void finds_entries_by_how_they_ended(int status, Result result) {
        var actor = someone();
        trail.add(entry(actor, NOON, Outcome.bare(NOON, status, "")));
        trail.add(entry(actor, NOON, null));

        for (var sought : Result.values()) {
            var expected = sought == result || sought == Result.UNKNOWN ? 1 : 0;
            assertThat(trail.page(new AuditQuery(actor, null, List.of(), null, null, sought, 0, 10))
                            .total())
                    .as("%s", sought)
                    .isEqualTo(expected);
        }
    }

    @Test
    void finds_entries_by_time_action_and_everything_they_were_about() {
        var actor = someone();
        var mine = entry(actor, NOON, null);
        trail.add(mine);

        assertThat(found(new AuditQuery(actor, "window.change", List.of(), NOON, NOON.plusMillis(1), null, 0, 10)))
                .containsExactly(mine);
        assertThat(found(new AuditQuery(actor, null, List.of(), NOON.plusMillis(1), null, null, 0, 10)))
                .isEmpty();
        assertThat(found(new AuditQuery(actor, null, List.of(), null, NOON, null, 0, 10)))
                .isEmpty();
        assertThat(found(new AuditQuery(actor, "window", List.of(), null, null, null, 0, 10)))
                .isEmpty();
        assertThat(found(about(actor, new Subject(PROJECT, "p-1")))).containsExactly(mine);
        assertThat(found(about(actor, new Subject(PROJECT, "p-1"), new Subject(JOB, "p-1"))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit", "audit_subject", "audit_intent", "audit_outcome"})
    void nobody_changes_or_deletes_an_entry(String table) {
        var actor = someone();
        var entry = entry(actor, NOON, Outcome.bare(NOON, 200, ""));
        trail.add(entry);
        trail.announced(entry.requestId(), List.of(), new Intent("", "{}", "{}"));

        assertThatThrownBy(() -> sql.change("update %s set request_id = 'x'".formatted(table)))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> sql.change("delete from %s".formatted(table)))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("append-only");
        assertThat(by(actor)).containsExactly(entry);
    }

    @Test
    void an_entry_is_written_whole_or_not_at_all() {
        var actor = someone();
        var entry = entry(actor, NOON, null);
        trail.add(entry);
        var sameId = new AuditEntry(
                entry.requestId(),
                NOON,
                new Who(actor, "", ""),
                entry.deed(),
                List.of(new Subject(JOB, "j")),
                null,
                null);

        assertThatThrownBy(() -> trail.add(sameId)).isInstanceOf(NotWritten.class);
        assertThatThrownBy(() -> trail.ended("nobody's", List.of(), Outcome.bare(NOON, 200, "")))
                .isInstanceOf(NotWritten.class);

        assertThat(by(actor)).containsExactly(entry);
    }

    @Test
    void what_no_database_takes_is_written_all_the_same() {
        var actor = someone();
        var odd = "\0 \ud800 \n 😀".repeat(100);
        var outcome = new Outcome(NOON, 400, odd, 1, odd.repeat(10), "{}", "{\"a\":\"\udc00\"}");
        trail.add(new AuditEntry(
                id(),
                NOON,
                new Who(actor, odd, odd),
                new Deed(odd, odd, odd),
                List.of(new Subject(JOB, odd), new Subject(JOB, odd)),
                null,
                outcome));

        var written = by(actor).getFirst();
        assertThat(written.who().address()).hasSize(64).startsWith("? ?   😀").endsWith("…");
        assertThat(written.subjects()).hasSize(1);
        assertThat(written.outcome()).isNotNull();
    }

    @Test
    void what_a_screen_would_obey_is_not_written() {
        var actor = someone();
        var odd = "a\u001b[2J\u202eb\u2066c\u200dd\u2028e\r\nf";
        trail.add(new AuditEntry(
                id(),
                NOON,
                new Who(actor, "token", "10.0.0.7"),
                new Deed("upgrade.pause", "POST", "/v3/x"),
                List.of(new Subject(JOB, odd)),
                null,
                new Outcome(NOON, 200, "", 1, odd, "{}", "{}")));

        var written = by(actor).getFirst();
        assertThat(written.subjects()).containsExactly(new Subject(JOB, "a?[2J?b?c?d e  f"));
        assertThat(written.outcome()).extracting(Outcome::reason).isEqualTo("a?[2J?b?c?d e  f");
    }

    @Test
    void refused_calls_of_a_caller_are_counted_after_the_first() {
        var actor = someone();
        refused(actor, 5);
        assertThat(by(actor)).hasSize(1);

        trail.writeCounted();

        assertThat(by(actor)).hasSize(2).first().satisfies(counted -> {
            assertThat(counted.deed().action()).isEqualTo("calls.refused");
            assertThat(counted.outcome())
                    .extracting(Outcome::times, Outcome::status)
                    .containsExactly(4, 403);
        });
    }

    @Test
    void no_refused_call_is_lost_where_the_database_takes_no_entry_for_a_while() {
        var late = someone();
        var actors = List.of(someone(), someone(), someone(), late);
        actors.stream().filter(actor -> !actor.equals(late)).forEach(actor -> refused(actor, 3));

        sql.change("alter table audit_outcome rename to audit_outcome_away");
        assertThatThrownBy(() -> refused(late, 1)).isInstanceOf(NotWritten.class);
        refused(late, 2);
        assertThatThrownBy(trail::writeCounted).isInstanceOf(NotWritten.class);
        sql.change("alter table audit_outcome_away rename to audit_outcome");
        trail.writeCounted();

        assertThat(actors)
                .allSatisfy(actor -> assertThat(by(actor).stream()
                                .mapToInt(entry -> times(entry.outcome()))
                                .sum())
                        .isEqualTo(3));
    }

    private void refused(String actor, int times) {
        IntStream.range(0, times)
                .forEach(i -> trail.refused(entry(actor, NOON.plusMillis(i), Outcome.bare(NOON, 403, "DBS.280056"))));
    }

    private static int times(@Nullable Outcome outcome) {
        return outcome == null ? 0 : outcome.times();
    }

    private List<AuditEntry> by(String actor) {
        return found(new AuditQuery(actor, null, List.of(), null, null, null, 0, 50));
    }

    private List<AuditEntry> found(AuditQuery query) {
        return trail.page(query).entries();
    }

    private static AuditQuery about(String actor, Subject... subjects) {
        return new AuditQuery(actor, null, List.of(subjects), null, null, null, 0, 10);
    }

    static AuditEntry entry(String actor, Instant at, @Nullable Outcome outcome) {
        return new AuditEntry(
                id(),
                at,
                new Who(actor, "token", "10.0.0.7"),
                new Deed("window.change", "PUT", "/v3/{project_id}/instances/{instance_id}/ops-window"),
                List.of(new Subject(PROJECT, "p-1")),
                null,
                outcome);
    }

    private static String someone() {
        return "anna-" + UUID.randomUUID();
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }
}
