package dev.changeover.node.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
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

    /** The first test vector of RFC 8032, 7.1, and a signature that the JDK takes. */
    @Test
    void keys_and_signatures_are_those_of_the_standard() throws Exception {
        var standard = OrderSigner.of(
                HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
        var encoded = Base64.getDecoder().decode(standard.key());
        assertThat(HexFormat.of().formatHex(encoded))
                .endsWith("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

        var check = Signature.getInstance("Ed25519");
        check.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        check.update("purpose and text".getBytes(StandardCharsets.UTF_8));

        assertThat(check.verify(Base64.getDecoder().decode(standard.sign("purpose ", "and text"))))
                .isTrue();
    }

    private void assertRefused(String wrong, Instant at, String words) {
        assertThatThrownBy(() -> Enrolment.accept(wrong, "n1", run, at))
                .isInstanceOf(Enrolment.Refused.class)
                .hasMessageContaining(words);
    }
}
