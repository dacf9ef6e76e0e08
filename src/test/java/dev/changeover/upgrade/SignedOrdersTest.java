package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.changeover.node.OrderKind;
import dev.changeover.node.Permit;
import dev.changeover.temporal.PayloadConversion;
import dev.changeover.upgrade.UpgradeActivities.Prepared;
import dev.changeover.upgrade.UpgradeActivities.Signed;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverterException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/** What is signed, in a history. */
class SignedOrdersTest {
    private static final SignedOrders TWO = new SignedOrders(List.of(order("n1", "Q5tt"), order("n2", "x7A0")));

    private static Signed order(String node, String signature) {
        var text =
                "{\"jobId\":\"j-1\",\"step\":28731291687,\"kind\":\"STAGE\",\"nodeId\":\"%s\",\"good\":\"2026-11-29T18:29:51Z\"}"
                        .formatted(node);
        return new Signed(OrderKind.STAGE, node, new Permit(text, signature));
    }

    private static Payload written(Object value) {
        return PayloadConversion.PLAIN.toPayload(value).orElseThrow();
    }

    private static SignedOrders read(String json) {
        var payload = written(SignedOrders.NONE).toBuilder()
                .setData(ByteString.copyFromUtf8(json))
                .build();
        return PayloadConversion.PLAIN.fromPayload(payload, SignedOrders.class, SignedOrders.class);
    }

    @Test
    void they_are_read_as_they_were_written() {
        assertThat(List.of(SignedOrders.NONE, TWO))
                .allSatisfy(orders -> assertThat(read(written(orders).getData().toStringUtf8()))
                        .isEqualTo(orders));
    }

    @Test
    void what_is_alike_for_two_nodes_takes_its_place_once() {
        assertThat(written(TWO).getData().size())
                .isLessThan(written(TWO.orders()).getData().size() * 2 / 3);
    }

    @Test
    void histories_that_began_before_they_were_packed_go_on() {
        var plain = written(TWO.orders()).getData().toStringUtf8();

        assertThat(read(plain)).isEqualTo(TWO);
        assertThat(read(plain.replace("\"kind\"", "\"added\":1,\"kind\"")))
                .describedAs("what a newer version added is passed over")
                .isEqualTo(TWO);
        assertThat(PayloadConversion.PLAIN
                        .fromPayload(
                                written(new Prepared(List.of(), null, null, null, TWO)).toBuilder()
                                        .setData(ByteString.copyFromUtf8(
                                                "{\"blockers\":[],\"signed\":%s}".formatted(plain)))
                                        .build(),
                                Prepared.class,
                                Prepared.class)
                        .signed())
                .isEqualTo(TWO);
    }

    @Test
    void what_unpacks_to_more_than_any_upgrade_has_or_not_at_all_is_refused() throws IOException {
        var bomb = new ByteArrayOutputStream();
        try (var packing = new DeflaterOutputStream(bomb)) {
            packing.write(new byte[2 << 20]);
        }

        for (var strange : List.of(bomb.toByteArray(), new byte[] {1, 2, 3})) {
            assertThatThrownBy(() -> read('"' + Base64.getEncoder().encodeToString(strange) + '"'))
                    .isInstanceOf(DataConverterException.class)
                    .hasRootCauseInstanceOf(IOException.class);
        }
    }
}
