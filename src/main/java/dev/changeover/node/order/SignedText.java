package dev.changeover.node.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.changeover.node.OrderKind;
import dev.changeover.value.JsonRules;
import java.time.Instant;

/**
 * All that an order's signature is for.
 *
 * @param jobId the upgrade; empty for a look that belongs to none
 * @param step grows with each order of a job, and from a proxy's job to its next; 0 without a job
 * @param good until when the order may be begun
 * @param order as the agent's activity takes it, without a permit
 */
record SignedText(String jobId, long step, OrderKind kind, String nodeId, Instant good, JsonNode order) {
    /**
     * A newer control plane may say more than this agent understands. What says nothing is left out, because each order
     * stands twice in the history of its upgrade, and quoted.
     */
    static final ObjectMapper JSON = new ObjectMapper()
            .setDefaultPropertyInclusion(JsonRules.WITHOUT_NULLS)
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
