package dev.changeover.node.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    @TempDir
    private Path run;

    private final OrderSigner signer = OrderSigner.of(new byte[32]);
    private final String token = Enrolment.token(signer, "n1", NOW);

    @Test
    void keeps_the_key_of_a_token_for_the_agents_user_alone() throws IOException {
        Enrolment.accept(token, "n1", run, NOW);

        assertThat(Enrolment.of(run).orElseThrow().fingerprint()).isEqualTo(signer.fingerprint());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run.resolve("enrolment.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void takes_a_token_once() throws IOException {
        Enrolment.accept(token, "n1", run, NOW);

        assertRefused(token, NOW, "was used on this host before");
        Enrolment.accept(Enrolment.token(signer, "n1", NOW), "n1", run, NOW);
    }

    @Test
    void takes_no_token_for_another_node_none_that_is_old_and_none_that_is_torn() {
        assertRefused(Enrolment.token(signer, "n2", NOW), NOW, "the token is for node n2");
        assertRefused(token, NOW.plus(Duration.ofHours(24)).plusSeconds(1), "was good until");
        for (int length = 0; length < token.length(); length += 7) {
            assertRefused(token.substring(0, length), NOW, "no whole token");
        }
    }

    @Test
    void orders_of_nobody_are_good_while_the_file_is_torn() throws IOException {
        Files.writeString(run.resolve("enrolment.json"), "{\"nodeId\":\"n1\",");

        assertThatThrownBy(() -> Enrolment.of(run)).hasMessageContaining("is torn");
    }

    @Test
    void the_same_seed_is_the_same_key_and_another_one_another() {
        assertThat(OrderSigner.of(new byte[32]).fingerprint()).isEqualTo(signer.fingerprint());
        var other = new byte[32];
        other[31] = 1;
        assertThat(OrderSigner.of(other).fingerprint()).isNotEqualTo(signer.fingerprint());
    }

    private void assertRefused(String wrong, Instant at, String words) {
        assertThatThrownBy(() -> Enrolment.accept(wrong, "n1", run, at))
                .isInstanceOf(Enrolment.Refused.class)
                .hasMessageContaining(words);
    }
}
