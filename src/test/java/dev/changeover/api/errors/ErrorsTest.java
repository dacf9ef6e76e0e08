package dev.changeover.api.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.workflow.UpgradeFailures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(environments = "api", transactional = false)
class ErrorsTest {
    private static final String UPGRADE = "/v3/p-1/instances/i-1/proxy/x-1/upgrade-version";
    private static final String BODY = "{\"source_version\":\"2.6.12.3\",\"target_version\":\"2.6.12.4\"}";

    private final Calls call;
    private final FakeUpgrades upgrades;

    ErrorsTest(ApiScene scene) {
        this.call = scene.call;
        this.upgrades = scene.upgrades;
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            /v3/p-1/instances/i-9/proxy/x-1/haproxy/proxy-version, 404, DBS.200002, i-9
            /v3/p-1/instances/i-2/proxy/x-2/haproxy/proxy-version, 404, DBS.200002, i-2
            /v3/p-9/instances/i-1/proxy/x-1/haproxy/proxy-version, 404, DBS.200002, i-1
            /v3/p-1/instances/i-1/proxy/x-9/haproxy/proxy-version, 404, DBS.200002, x-9
            /v3/p-1/instances/i-1/proxy/x-2/haproxy/proxy-version, 404, DBS.200002, x-2
            /v3/p-1/instances/i-1/proxy/x-1/oracle/proxy-version,  400, DBS.200001, engine_name
            /v3/p-1/jobs?id=nobody,                                400, DBS.200543, nobody
            /v3/p-1/jobs,                                          400, DBS.200001, id
            /v3/p-1/jobs?id=,                                      400, DBS.200001, id
            /v3/p-1/upgrades/nobody,                               400, DBS.200543, nobody
            /nowhere,                                              404, DBS.290013, /nowhere
            /v3/p-1/instances/i-1/proxy/x-1/upgrade-version,       405, DBS.290013, GET
            """)
    void a_wrong_question_gets_its_code_and_a_sentence_that_names_what_is_wrong(
            String path, int status, String code, String named) {
        var answer = call.get(path);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.message()).contains(named);
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        assertThat(answer.json().size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"target_version":"2.6.12.4"}                                                     | source_version
            {"source_version":"2.6.12.3"}                                                     | target_version
            {"source_version":"2.6.12.3","target_version":"newest"}                           | target_version
            {"source_version":"2.6","target_version":"2.6.12.4"}                              | source_version
            {"source_version":"2.6.12.3","target_version":{"a":1}}                            | target_version
            {"source_version":"2.6.12.3","target_version":"2.6.12.4","is_delayed":"perhaps"}  | is_delayed
            {"source_version":                                                                | JSON
            [1,2]                                                                             | JSON
            "text"                                                                            | JSON
            ''                                                                                | the body is missing
            """)
    void a_wrong_body_is_refused_and_the_field_is_named(String body, String named) {
        var answer = call.post(UPGRADE, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).contains(named).doesNotContain("dev.changeover");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
    }

    @Test
    void a_body_that_is_not_json_is_415() {
        var answer = call.post(UPGRADE, BODY, "Content-Type", "text/plain");

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.code()).isEqualTo("DBS.280001");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
    }

    @Test
    void a_body_that_is_too_large_is_413() {
        var answer = call.post(UPGRADE, "{\"source_version\":\"" + "9".repeat(4_300_000) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("DBS.280001");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(Blocker.class)
    void a_precheck_refuses_with_its_code_and_the_job_that_has_it_in_the_ledger(Blocker blocker) {
        upgrades.blocker = blocker;

        var answer = call.post(UPGRADE, BODY);

        assertThat(answer.status()).isEqualTo(blocker == Blocker.OPERATION_RUNNING ? 409 : 400);
        assertThat(answer.code()).isEqualTo(blocker.code());
        assertThat(answer.message()).contains(blocker.sentence());
        var job =
                call.get("/v3/p-1/jobs?id=" + answer.header("X-Job-Id")).json().path("job");
        assertThat(job.path("status").asText()).isEqualTo("Failed");
        assertThat(job.path("fail_reason").asText()).contains(blocker.sentence());
    }

    @Test
    void a_key_that_came_with_another_body_is_409() {
        call.post(UPGRADE, BODY, "Content-Type", "application/json", "Idempotency-Key", "k-409");
        var other = "{\"source_version\":\"2.6.12.3\",\"target_version\":\"2.6.12.5\"}";

        var answer = call.post(UPGRADE, other, "Content-Type", "application/json", "Idempotency-Key", "k-409");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).contains("Idempotency-Key", "k-409");
    }

    @Test
    void an_endless_key_is_refused() {
        var answer = call.post(UPGRADE, BODY, "Content-Type", "application/json", "Idempotency-Key", "k".repeat(200));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("Idempotency-Key");
    }

    /** Else an owner could take the key of the task that a campaign is to make for the proxy. */
    @ParameterizedTest
    @ValueSource(strings = {"campaign:c-1:px-1:1", "repair:j-1"})
    void a_key_of_the_control_planes_own_is_refused(String key) {
        var answer = call.post(UPGRADE, BODY, "Content-Type", "application/json", "Idempotency-Key", key);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message())
                .contains("Idempotency-Key: those that begin with campaign: or repair: are Changeover's own");
    }

    @Test
    void a_silent_temporal_is_503_and_says_when_to_try_again() {
        upgrades.failure = UpgradeFailures.temporalUnavailable();

        var answer = call.post(UPGRADE, BODY);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("DBS.280005");
        assertThat(answer.header("Retry-After")).isEqualTo("10");
    }

    /** As H2 and PostgreSQL say it. */
    static Stream<Throwable> fullDisks() {
        var file = new IOException("No space left on device");
        return Stream.of(
                new SQLNonTransientConnectionException("The database has been closed", "90098", file),
                new SQLException("could not extend file", "53100"));
    }

    @ParameterizedTest
    @MethodSource("fullDisks")
    void a_full_disk_of_the_database_is_named(Throwable full) {
        upgrades.failure = new IllegalStateException(full);

        var answer = call.get("/v3/p-1/instances/i-1/proxy/x-1/haproxy/proxy-version");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.message())
                .isEqualTo("the disk of the server's database is full: free it; nothing is known to have changed");
    }

    @Test
    void a_server_without_memory_is_503_and_says_when_to_try_again() {
        upgrades.failure = new IllegalStateException(new OutOfMemoryError("Cannot reserve 4194304 bytes"));

        var answer = call.get("/v3/p-1/instances/i-1/proxy/x-1/haproxy/proxy-version");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("DBS.280005");
        assertThat(answer.header("Retry-After")).isEqualTo("10");
        assertThat(answer.text()).doesNotContain("4194304", "Exception");
    }

    /** A deadlock of PostgreSQL and of H2. */
    @ParameterizedTest
    @ValueSource(strings = {"40P01", "40001"})
    void a_database_that_lets_another_go_first_is_503_and_says_when_to_try_again(String state) {
        upgrades.failure = new IllegalStateException(new SQLException("another one has the row", state));

        var answer = call.get("/v3/p-1/instances/i-1/proxy/x-1/haproxy/proxy-version");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("DBS.280005");
        assertThat(answer.header("Retry-After")).isEqualTo("10");
    }

    @Test
    void our_own_fault_shows_a_request_id_and_nothing_of_the_inside() {
        upgrades.failure = new IllegalStateException("secret detail");

        var answer = call.get("/v3/p-1/instances/i-1/proxy/x-1/haproxy/proxy-version");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("DBS.108000");
        assertThat(answer.text()).doesNotContain("secret", "Exception").contains(answer.header("X-Request-Id"));
    }
}
