package dev.changeover.temporal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Keeps from whoever runs Temporal what workflows and activities tell each other: AES-GCM around each payload, with the
 * key's id beside it. What is not encrypted is refused, unless the file says until when it is not; what any key of the
 * file encrypted is read. So encryption can be switched on, and its key be changed, while upgrades run. Thread-safe.
 */
final class Encryption implements PayloadCodec {
    private static final String ENCODING = "encoding";
    private static final String KEY_ID = "encryption-key-id";
    private static final ByteString ENCRYPTED = ByteString.copyFromUtf8("binary/encrypted");
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final PayloadKeys keys;
    private final InstantSource clock;

    Encryption(PayloadKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * A payload that no key here opens, or that needed none. On purpose not one of the SDK's conversion failures: of those it drops signals;
     * this one fails the task, and Temporal tries it again until a process has the key.
     */
    static final class Unreadable extends RuntimeException {
        Unreadable(String sentence) {
            super(sentence);
        }
    }

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads.stream().map(this::encrypted).toList();
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(this::decrypted).toList();
    }

    static boolean isEncrypted(Payload payload) {
        return ENCRYPTED.equals(payload.getMetadataMap().get(ENCODING));
    }

    /** The id of the key that encrypted it. */
    static String keyOf(Payload payload) {
        return payload.getMetadataOrDefault(KEY_ID, ByteString.EMPTY).toStringUtf8();
    }

    private Payload encrypted(Payload plain) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, keys.currentKey(), keys.current(), nonce);
            var sealed = cipher.doFinal(plain.toByteArray());
            return Payload.newBuilder()
                    .putMetadata(ENCODING, ENCRYPTED)
                    .putMetadata(KEY_ID, ByteString.copyFromUtf8(keys.current()))
                    .setData(ByteString.copyFrom(nonce).concat(ByteString.copyFrom(sealed)))
                    .build();
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has AES-GCM", missing);
        }
    }

    private Payload decrypted(Payload payload) {
        if (!isEncrypted(payload)) {
            if (!clock.instant().isBefore(keys.unencryptedUntil())) {
                throw new Unreadable(
                        "a payload is not encrypted, though this process has the keys of %s: every server and agent needs them"
                                .formatted(keys));
            }
            return payload;
        }
        var id = keyOf(payload);
        var key = keys.key(id)
                .orElseThrow(() -> new Unreadable(
                        "a payload is encrypted with the key '%s', which is not in %s: add it".formatted(id, keys)));
        try {
            var data = ByteBuffer.wrap(payload.getData().toByteArray());
            var nonce = new byte[Math.min(NONCE_BYTES, data.remaining())];
            data.get(nonce);
            var plain = new byte[data.remaining()];
            data.get(plain);
            return Payload.parseFrom(cipher(Cipher.DECRYPT_MODE, key, id, nonce).doFinal(plain));
        } catch (GeneralSecurityException | InvalidProtocolBufferException wrong) {
            throw new Unreadable(
                    "the key '%s' of %s is not the one that encrypted a payload, or the payload was changed"
                            .formatted(id, keys));
        }
    }

    /** The id is authenticated too, so that nobody can claim another. */
    private static Cipher cipher(int mode, SecretKey key, String id, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
