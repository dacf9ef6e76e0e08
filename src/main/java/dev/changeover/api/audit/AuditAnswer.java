package dev.changeover.api.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.api.Times;
import dev.changeover.audit.AuditEntry;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditPage;
import dev.changeover.audit.AuditQuery.Result;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Part of the audit trail, newest first. */
record AuditAnswer(int totalCount, List<Entry> entries) {
    private static final TypeReference<Map<String, Object>> STATE = new TypeReference<>() {};

    /**
     * One entry.
     *
     * @param requestId as in the answer's X-Request-Id
     * @param actor an account; empty where nobody is known
     * @param credentials what kind of them was shown: token, access-key, session or none
     * @param action a stable word; read for what changes nothing, calls.refused for calls that were only counted
     * @param path with the names of its variables
     * @param outcome done, refused, failed or unknown
     * @param status of the answer; null where none is known
     * @param errorCode empty where there was none
     * @param times how many calls it stands for
     * @param reason in the actor's words; empty where none were needed
     * @param before what was changed, as it was
     * @param after and as it was then; where it was refused, or nobody knows how it ended, as it was to be
     */
    record Entry(
            String requestId,
            String at,
            @Nullable String endedAt,
            String actor,
            String credentials,
            String address,
            String action,
            String method,
            String path,
            List<SubjectAnswer> subjects,
            String outcome,
            @Nullable Integer status,
            String errorCode,
            int times,
            String reason,
            Map<String, Object> before,
            Map<String, Object> after) {}

    /**
     * A subject of the call, whether it exists or not.
     *
     * @param kind project, instance, proxy, node, job, kernel_version, account or access_key
     */
    record SubjectAnswer(String kind, String id) {}

    static AuditAnswer of(AuditPage page, ObjectMapper json) {
        return new AuditAnswer(
                page.total(),
                page.entries().stream().map(entry -> entry(entry, json)).toList());
    }

    private static Entry entry(AuditEntry entry, ObjectMapper json) {
        var outcome = entry.outcome();
        var ended = outcome == null ? asAnnounced(entry) : outcome;
        return new Entry(
                entry.requestId(),
                Times.of(entry.at()),
                outcome == null ? null : Times.of(outcome.at()),
                entry.who().actor(),
                entry.who().credentials(),
                entry.who().address(),
                entry.deed().action(),
                entry.deed().method(),
                entry.deed().path(),
                entry.subjects().stream()
                        .map(subject -> new SubjectAnswer(AuditFilter.word(subject.kind()), subject.id()))
                        .toList(),
                AuditFilter.word(Result.of(outcome)),
                outcome == null ? null : outcome.status(),
                ended.code(),
                ended.times(),
                ended.reason(),
                state(ended.before(), json),
                state(ended.after(), json));
    }

    /** The entry of a call that has not ended. */
    private static Outcome asAnnounced(AuditEntry entry) {
        var intent = entry.intent();
        return intent == null
                ? Outcome.bare(entry.at(), 0, "")
                : new Outcome(entry.at(), 0, "", 1, intent.reason(), intent.before(), intent.after());
    }

    private static Map<String, Object> state(String text, ObjectMapper json) {
        try {
            return json.readValue(text, STATE);
        } catch (JsonProcessingException cut) {
            return Map.of("text", text);
        }
    }
}
