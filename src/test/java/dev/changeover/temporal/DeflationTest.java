package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.context.ActivitySerializationContext;
import io.temporal.payload.context.SerializationContext;
import io.temporal.payload.context.WorkflowSerializationContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeflationTest {
    private static final SerializationContext NOTE = activity(true);
    private static final Payload DEFLATED = Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("binary/zlib"))
            .build();
    private static final String LONG = "n1 n2 ".repeat(200);

    @TempDir
    private Path data;

    @Test
    void notes_of_the_control_plane_become_small_and_are_read_again() {
        for (var converter : new DataConverter[] {PayloadConversion.PLAIN, encrypted()}) {
            var note = payload(converter.withContext(NOTE), LONG);

            assertThat(note.getSerializedSize()).isLessThan(LONG.length() / 4);
            assertThat(text(converter.withContext(NOTE), note)).isEqualTo(LONG);
        }
        assertThat(payload(encrypted().withContext(NOTE), LONG)
                        .getMetadataOrThrow("encoding")
                        .toStringUtf8())
                .as("encrypted last")
                .isEqualTo("binary/encrypted");
    }

    @Test
    void what_agents_and_people_read_stays_as_it_is_and_so_does_what_is_short() {
        var plain = PayloadConversion.PLAIN;
        for (var context : new SerializationContext[] {
            activity(false), new WorkflowSerializationContext("default", "upgrade:px-1:job")
        }) {
            assertThat(payload(plain.withContext(context), LONG)).isEqualTo(payload(plain, LONG));
        }
        assertThat(payload(plain, LONG).getData().toStringUtf8()).contains(LONG);
        assertThat(payload(plain.withContext(NOTE), "short").getData().toStringUtf8())
                .isEqualTo("\"short\"");
    }

    @Test
    void a_stranger_fills_no_memory_with_it() throws Exception {
        var bomb = zlib(new byte[64 << 20]);
        var big = zlib(new byte[3 << 20]);
        assertThat(bomb.getSerializedSize()).isLessThan(100_000);

        assertThat(new Deflation().decode(List.of(bomb)))
                .as("no note: nothing that a workflow or an agent is given")
                .containsExactly(bomb);
        var notes = new Deflation().withContext(NOTE);
        assertThat(notes.decode(List.of(big))).hasSize(1);
        for (var many : List.of(List.of(bomb), List.of(big, big), List.of(torn()))) {
            assertThatThrownBy(() -> notes.decode(many)).isInstanceOf(Encryption.Unreadable.class);
        }
    }

    @Test
    void what_could_not_be_read_again_is_not_made_small() {
        var notes = new Deflation().withContext(NOTE);
        var huge = Payload.newBuilder()
                .setData(ByteString.copyFrom(new byte[3 << 20]))
                .build();

        assertThat(notes.decode(notes.encode(List.of(huge)))).containsExactly(huge);
        assertThat(notes.encode(List.of(huge, huge))).containsExactly(huge, huge);
    }

    private static Payload torn() {
        return DEFLATED.toBuilder().setData(ByteString.copyFromUtf8("torn")).build();
    }

    private static Payload zlib(byte[] data) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(bytes)) {
            Payload.newBuilder().setData(ByteString.copyFrom(data)).build().writeTo(out);
        }
        return DEFLATED.toBuilder()
                .setData(ByteString.copyFrom(bytes.toByteArray()))
                .build();
    }

    private static SerializationContext activity(boolean local) {
        return new ActivitySerializationContext("default", "upgrade:px-1:job", "Upgrade", "UpgradeSign", "q", local);
    }

    private DataConverter encrypted() {
        return PayloadConversion.encrypted(Keys.file(data, "k1"));
    }

    private static Payload payload(DataConverter converter, String text) {
        return converter.toPayload(text).orElseThrow();
    }

    private static String text(DataConverter converter, Payload payload) {
        return converter.fromPayload(payload, String.class, String.class);
    }
}
