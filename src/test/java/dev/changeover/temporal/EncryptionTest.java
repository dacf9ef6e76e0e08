package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.context.HasWorkflowSerializationContext;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncryptionTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path data;

    @Test
    void what_is_said_comes_back_and_is_not_seen_on_the_way() {
        var converter = with("k1");

        var payload = payload(converter, "sessions of alice");

        assertThat(payload.getMetadataOrThrow("encoding").toStringUtf8()).isEqualTo("binary/encrypted");
        assertThat(payload.getMetadataOrThrow("encryption-key-id").toStringUtf8())
                .isEqualTo("k1");
        assertThat(payload.toString()).doesNotContain("alice");
        assertThat(text(converter, payload)).isEqualTo("sessions of alice");
        assertThat(payload(converter, "sessions of alice").getData()).isNotEqualTo(payload.getData());
    }

    @Test
    void what_was_said_before_encryption_was_switched_on_is_read_as_long_as_the_file_says_so() {
        var until = Instant.parse("2026-12-01T00:00:00Z");
        var file = Keys.write(data, "unencrypted_until = \"%s\"\n".formatted(until) + Keys.line("k1", "k1"));
        var keys = PayloadKeys.read(file);
        var before = List.of(payload(PayloadConversion.PLAIN, "before"));

        assertThat(new Encryption(keys, () -> until.minusMillis(1)).decode(before))
                .isEqualTo(before);
        assertThatThrownBy(() -> new Encryption(keys, () -> until).decode(before))
                .isInstanceOf(Encryption.Unreadable.class);
        assertThat(text(PayloadConversion.encrypted(Keys.beginning(data, "k1")), before.getFirst()))
                .isEqualTo("before");
    }

    /** Nothing in it names a workflow, a step or a time: whoever reaches Temporal may put it elsewhere. */
    @Test
    void what_was_encrypted_once_can_be_said_again_anywhere() {
        var said = payload(with("k1"), "n1 serves the new version");
        var elsewhere = with("k2", "k1").withContext(new HasWorkflowSerializationContext() {
            @Override
            public String getNamespace() {
                return "default";
            }

            @Override
            public String getWorkflowId() {
                return "another";
            }
        });

        assertThat(text(elsewhere, said)).isEqualTo("n1 serves the new version");
    }

    @Test
    void after_a_change_of_keys_the_old_one_still_reads_and_the_new_one_writes() {
        var before = payload(with("k1"), "before");
        var changed = with("k2", "k1");

        assertThat(text(changed, before)).isEqualTo("before");
        assertThat(payload(changed, "after")
                        .getMetadataOrThrow("encryption-key-id")
                        .toStringUtf8())
                .isEqualTo("k2");
    }

    @Test
    void the_line_current_says_which_key_writes() {
        var file = Keys.write(data, "current = \"k2\"\n" + Keys.line("k1", "a") + Keys.line("k2", "b"));

        var payload = payload(PayloadConversion.encrypted(file), "anything");

        assertThat(payload.getMetadataOrThrow("encryption-key-id").toStringUtf8())
                .isEqualTo("k2");
    }

    @Test
    void a_missing_key_is_named() {
        var payload = payload(with("k1"), "anything");

        assertThatThrownBy(() -> text(with("k2"), payload))
                .isInstanceOf(Encryption.Unreadable.class)
                .hasMessageContaining("the key 'k1', which is not in");
    }

    @Test
    void a_process_without_any_keys_says_so() {
        var payload = payload(with("k1"), "anything");

        assertThatThrownBy(() -> text(PayloadConversion.PLAIN, payload))
                .isInstanceOf(Encryption.Unreadable.class)
                .hasMessageContaining("the key 'k1', and this process has no keys");
    }

    @Test
    void another_key_of_the_same_name_and_a_changed_payload_are_noticed() {
        var payload = payload(with("k1"), "anything");
        var other = PayloadConversion.encrypted(Keys.write(data, Keys.line("k1", "other")));
        var cut = payload.toBuilder().setData(payload.getData().substring(0, 5)).build();
        var renamed = payload.toBuilder()
                .putMetadata("encryption-key-id", ByteString.copyFromUtf8("k2"))
                .build();
        var twice = PayloadConversion.encrypted(Keys.write(data, Keys.line("k1", "k1") + Keys.line("k2", "k1")));

        assertThatThrownBy(() -> text(other, payload)).isInstanceOf(Encryption.Unreadable.class);
        assertThatThrownBy(() -> text(with("k1"), cut)).isInstanceOf(Encryption.Unreadable.class);
        assertThatThrownBy(() -> text(twice, renamed)).isInstanceOf(Encryption.Unreadable.class);
    }

    @Test
    void what_a_failure_says_is_not_seen_either() {
        var converter = with("k1");

        var failure =
                converter.exceptionToFailure(ApplicationFailure.newFailure("alice is told", "Told", "particulars"));

        assertThat(failure.toString()).doesNotContain("alice", "particulars").contains("Told");
        assertThat(converter.failureToException(failure)).hasMessageContaining("alice is told");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                   | no key is in it
            k1 = "c2hvcnQ="                      | the key 'k1' has not 32 bytes
            k1 = "*secret*"                      | the key 'k1' is not Base64
            k1 = *secret*                        | lines like id
            current = "k9"\\nk1 = "%s"            | the current key 'k9' is not in it
            unencrypted_until = "May"\\nk1 = "%s" | unencrypted_until is no time such as 2026-12-01T00:00:00Z
            """)
    void a_wrong_file_is_refused_without_a_word_of_what_is_in_it(String content, String reason) {
        var key = Base64.getEncoder().encodeToString(new byte[32]);
        var file = Keys.write(data, content.replace("\\n", "\n").replace("%s", key));

        assertThatThrownBy(() -> PayloadConversion.encrypted(file))
                .isInstanceOf(TemporalConfigurationException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> PayloadConversion.encrypted(data.resolve("nowhere.keys")))
                .isInstanceOf(TemporalConfigurationException.class)
                .hasMessageContaining("nowhere.keys");
    }

    @Test
    void a_newer_version_may_say_more_than_an_older_one_knows() {
        var newer = payload(PayloadConversion.PLAIN, new Newer("px-1", 3));

        assertThat(PayloadConversion.PLAIN.fromPayload(newer, Older.class, Older.class))
                .isEqualTo(new Older("px-1"));
    }

    @Test
    void histories_hold_no_null_and_durations_that_people_can_read_and_an_older_version_reads_them_too() {
        var written = payload(PayloadConversion.PLAIN, new Pause("px-1", Duration.ofHours(24), null));
        var older = DefaultDataConverter.newDefaultInstance();

        assertThat(written.getData().toStringUtf8()).isEqualTo("{\"proxy\":\"px-1\",\"soak\":\"PT24H\"}");
        for (var reader : List.of(older, PayloadConversion.PLAIN)) {
            for (var known : List.of(written, payload(older, new Pause("px-1", Duration.ofHours(24), null)))) {
                assertThat(reader.fromPayload(known, Pause.class, Pause.class))
                        .isEqualTo(new Pause("px-1", Duration.ofHours(24), null));
            }
        }
    }

    @Test
    void a_process_with_keys_takes_nothing_that_is_not_encrypted() {
        var process = PayloadConversion.of(TemporalSettings.in(data).encryptedBy(Keys.file(data, "k1")));
        var plain = payload(PayloadConversion.PLAIN, "an order");

        assertThatThrownBy(() -> text(process, plain))
                .isInstanceOf(Encryption.Unreadable.class)
                .hasMessageContaining("a payload is not encrypted, though this process has the keys");

        assertThat(text(process, payload(with("k1"), "an order"))).isEqualTo("an order");
    }

    /** The SDK would drop a signal that it cannot convert. */
    @Test
    void nothing_is_lost_while_a_worker_has_not_got_the_key() throws Exception {
        var settings = TemporalSettings.in(data).external(RealTemporal.address());
        try (var caller = TemporalConnection.open(settings.encryptedBy(Keys.file(data, "k1")))) {
            var waiting = caller.client().newWorkflowStub(WaitingWorkflow.class, Samples.options("keyless"));
            WorkflowClient.start(waiting::run, "Ada");
            waiting.go("on");

            try (var keyless = TemporalConnection.open(settings.encryptedBy(Keys.file(data, "k2")));
                    var worker = worker(keyless)) {
                await().atMost(SOON).until(worker::running);
                await().atMost(SOON)
                        .until(() -> WorkflowStub.fromTyped(waiting)
                                        .describe()
                                        .getRawDescription()
                                        .getPendingWorkflowTask()
                                        .getAttempt()
                                >= 2);
            }

            try (var worker = worker(caller)) {
                await().atMost(SOON).until(worker::running);
                assertThat(WorkflowStub.fromTyped(waiting).getResult(String.class))
                        .isEqualTo("Ada goes on");
            }
        }
    }

    private static TemporalWorkers worker(TemporalConnection connection) {
        return TemporalWorkers.on(connection)
                .queue(
                        "keyless",
                        TemporalWorkers.SHARED_QUEUE,
                        (worker, options) -> worker.registerWorkflowImplementationTypes(options, Waiting.class))
                .start();
    }

    private DataConverter with(String... ids) {
        return PayloadConversion.encrypted(Keys.file(data, ids));
    }

    private static Payload payload(DataConverter converter, Object value) {
        return converter.toPayload(value).orElseThrow();
    }

    private static String text(DataConverter converter, Payload payload) {
        return converter.fromPayload(payload, String.class, String.class);
    }

    record Newer(String proxy, int wave) {}

    record Pause(String proxy, Duration soak, @Nullable String reason) {}

    record Older(String proxy) {}

    /** Waits until it is told where to go. */
    @WorkflowInterface
    public interface WaitingWorkflow {
        @WorkflowMethod
        String run(String name);

        @SignalMethod
        void go(String where);
    }

    public static final class Waiting implements WaitingWorkflow {
        private String told = "";

        @Override
        public String run(String name) {
            Workflow.await(() -> !told.isEmpty());
            return name + " goes " + told;
        }

        @Override
        public void go(String where) {
            told = where;
        }
    }
}
