package dev.changeover.upgrade;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.upgrade.UpgradeActivities.Signed;
import dev.changeover.value.JsonRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Signatures in the history of an upgrade. They are packed there: what was signed for one node differs little from what
 * was signed for the next, and every order stands in the history again, readable, once it is given. Those of before are
 * read as they are.
 */
public record SignedOrders(List<Signed> orders) {
    public static final SignedOrders NONE = new SignedOrders(List.of());

    /** Whoever reaches Temporal can leave something there that unpacks to more than a server has memory for. */
    private static final int LARGEST = 1 << 20;

    /** What a newer version adds is passed over, as everywhere in histories. */
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setDefaultPropertyInclusion(JsonRules.WITHOUT_NULLS);

    public SignedOrders {
        orders = List.copyOf(orders);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static SignedOrders read(JsonNode kept) {
        try {
            var plain = kept.isTextual() ? JSON.readTree(unpacked(kept.binaryValue())) : kept;
            return new SignedOrders(JSON.convertValue(plain, new TypeReference<List<Signed>>() {}));
        } catch (IOException torn) {
            throw new UncheckedIOException("signatures of a history cannot be read", torn);
        }
    }

    @JsonValue
    Object write() throws JsonProcessingException {
        return orders.isEmpty() ? orders : packed(JSON.writeValueAsBytes(orders));
    }

    private static byte[] packed(byte[] plain) {
        var packed = new ByteArrayOutputStream();
        try (var packing = new DeflaterOutputStream(packed)) {
            packing.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    private static byte[] unpacked(byte[] packed) throws IOException {
        try (var plain = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            var unpacked = plain.readNBytes(LARGEST + 1);
            if (unpacked.length > LARGEST) {
                throw new IOException("they are larger than %d bytes".formatted(LARGEST));
            }
            return unpacked;
        }
    }
}
