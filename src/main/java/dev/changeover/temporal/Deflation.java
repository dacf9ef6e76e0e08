package dev.changeover.temporal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.context.ActivitySerializationContext;
import io.temporal.payload.context.SerializationContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Makes small what the control plane notes for itself in histories: results of its local activities, such as plans and
 * signed orders, which ten thousand upgrades that wait keep for days. What agents get and answer stays as it is, for
 * agents of any version and for people who read a history. Only such a note is inflated, and not beyond what Temporal
 * takes: strangers' few bytes must fill no memory. Thread-safe.
 */
final class Deflation implements PayloadCodec {
    private static final String ENCODING = "encoding";
    private static final ByteString DEFLATED = ByteString.copyFromUtf8("binary/zlib");

    /** Below it a payload would not become smaller. */
    private static final int WORTH_IT = 200;

    /** Of all payloads of a note; more than Temporal takes for one (2 MiB). */
    private static final int MOST = 4 << 20;

    private final boolean notes;

    Deflation() {
        this(false);
    }

    private Deflation(boolean notes) {
        this.notes = notes;
    }

    @Override
    public PayloadCodec withContext(SerializationContext context) {
        return new Deflation(context instanceof ActivitySerializationContext activity && activity.isLocal());
    }

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        var size = payloads.stream().mapToLong(Payload::getSerializedSize).sum();
        return notes && size <= MOST
                ? payloads.stream().map(Deflation::deflated).toList()
                : payloads;
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        if (!notes) return payloads;
        var left = MOST;
        var plain = new ArrayList<Payload>();
        for (var payload : payloads) {
            if (DEFLATED.equals(payload.getMetadataMap().get(ENCODING))) {
                payload = inflated(payload, left);
                left -= payload.getSerializedSize();
            }
            plain.add(payload);
        }
        return plain;
    }

    private static Payload deflated(Payload payload) {
        if (payload.getData().size() < WORTH_IT) return payload;
        var bytes = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(bytes)) {
            payload.writeTo(out);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.size() < payload.getSerializedSize()
                ? Payload.newBuilder()
                        .putMetadata(ENCODING, DEFLATED)
                        .setData(ByteString.copyFrom(bytes.toByteArray()))
                        .build()
                : payload;
    }

    private static Payload inflated(Payload payload, int most) {
        try (var in = new InflaterInputStream(payload.getData().newInput())) {
            var bytes = in.readNBytes(most + 1);
            if (bytes.length > most) throw new InvalidProtocolBufferException("more than %d bytes".formatted(MOST));
            return Payload.parseFrom(bytes);
        } catch (IOException wrong) {
            throw new Encryption.Unreadable("a note cannot be inflated: " + wrong.getMessage());
        }
    }
}
