package dev.changeover.temporal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.context.ActivitySerializationContext;
import io.temporal.payload.context.SerializationContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Makes small what the control plane notes for itself in histories: results of its local activities, such as plans and
 * signed orders, which ten thousand upgrades that wait keep for days. What agents get and answer stays as it is, for
 * agents of any version and for people who read a history. Reads both. Thread-safe.
 */
final class Deflation implements PayloadCodec {
    private static final String ENCODING = "encoding";
    private static final ByteString DEFLATED = ByteString.copyFromUtf8("binary/zlib");

    /** Below it a payload would not become smaller. */
    private static final int WORTH_IT = 200;

    /** More than Temporal takes for one payload (2 MiB): a stranger's few bytes must not fill the memory. */
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
        return notes ? payloads.stream().map(Deflation::deflated).toList() : payloads;
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(Deflation::inflated).toList();
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

    private static Payload inflated(Payload payload) {
        if (!DEFLATED.equals(payload.getMetadataMap().get(ENCODING))) return payload;
        try (var in = new InflaterInputStream(payload.getData().newInput())) {
            var bytes = in.readNBytes(MOST + 1);
            if (bytes.length > MOST) throw new InvalidProtocolBufferException("more than %d bytes".formatted(MOST));
            return Payload.parseFrom(bytes);
        } catch (IOException wrong) {
            throw new Encryption.Unreadable("a payload cannot be inflated: " + wrong.getMessage());
        }
    }
}
