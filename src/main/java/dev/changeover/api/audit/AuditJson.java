package dev.changeover.api.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.audit.AuditEntry.Intent;
import dev.changeover.audit.AuditEntry.Outcome;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;

/** Writes what a {@link Change} says as the audit trail keeps it. */
@Singleton
record AuditJson(ObjectMapper json) {
    Intent intent(Change change) {
        return new Intent(change.reason(), text(change.before()), text(change.after()));
    }

    Outcome outcome(Change change, Instant at, int status, String code) {
        return new Outcome(at, status, code, 1, change.reason(), text(change.before()), text(change.after()));
    }

    private String text(Map<String, Object> state) {
        try {
            return json.writeValueAsString(state);
        } catch (JsonProcessingException strange) {
            throw new AssertionError("texts, numbers and lists of texts are JSON", strange);
        }
    }
}
