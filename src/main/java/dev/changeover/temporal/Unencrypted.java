package dev.changeover.temporal;

import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import java.util.List;

/** Says everything as it is, and what others have encrypted is not for it: no key is configured. */
final class Unencrypted implements PayloadCodec {
    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads;
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        payloads.stream().filter(Encryption::isEncrypted).findFirst().ifPresent(payload -> {
            throw new Encryption.Unreadable("a payload is encrypted with the key '%s', and this process has no keys:"
                            .formatted(Encryption.keyOf(payload))
                    + " configure the file of payload keys");
        });
        return payloads;
    }
}
