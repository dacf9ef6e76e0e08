package dev.changeover.temporal;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.changeover.value.JsonRules;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** How every process of this product writes what goes through Temporal, and reads it: the same on all of them. */
public final class PayloadConversion {
    /**
     * The SDK's JSON, but what a newer version added is passed over by an older one: while an installation is renewed
     * both run. Durations are as people write them (PT24H), and what is null is left out: ten thousand upgrades that wait
     * have histories of it.
     */
    private static final DataConverter TOLERANT = DefaultDataConverter.newDefaultInstance()
            .withPayloadConverterOverrides(
                    new JacksonJsonPayloadConverter(JacksonJsonPayloadConverter.newDefaultObjectMapper()
                            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                            .setDefaultPropertyInclusion(JsonRules.WITHOUT_NULLS)));

    /** Readable by whoever runs Temporal. */
    public static final DataConverter PLAIN =
            new CodecDataConverter(TOLERANT, List.of(new Unencrypted(), new Deflation()));

    private PayloadConversion() {}

    /**
     * The same, encrypted: arguments, results, heartbeats, memos, summaries, and what failures say. Search attributes and
     * the names of workflows, activities and queues are not.
     *
     * @throws TemporalConfigurationException if the file of keys cannot be used
     */
    public static DataConverter encrypted(Path keys) {
        var encryption = new Encryption(PayloadKeys.read(keys), InstantSource.system());
        return new CodecDataConverter(TOLERANT, List.of(encryption, new Deflation()), true);
    }

    static DataConverter of(TemporalSettings settings) {
        var keys = settings.payloadKeys();
        return keys == null ? PLAIN : encrypted(keys);
    }
}
