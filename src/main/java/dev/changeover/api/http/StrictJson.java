package dev.changeover.api.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;

/** A body says one thing only: no field twice, nothing after its end, and not nested without end. */
@Singleton
final class StrictJson implements BeanCreatedEventListener<ObjectMapper> {
    /** Our own bodies are at most three deep. */
    private static final int DEEPEST = 20;

    @Override
    public ObjectMapper onCreated(BeanCreatedEvent<ObjectMapper> event) {
        var mapper = event.getBean();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxNumberLength(100)
                        .build());
        mapper.configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true);
        return mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }
}
