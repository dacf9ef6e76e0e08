package dev.changeover.api.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.audit.AuditEntry.Intent;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditTrail;
import dev.changeover.value.Texts;
import io.micronaut.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A controller's words about the change it makes, for the audit trail; it gets one as a parameter, like {@code Caller},
 * and its route has an {@link Action}. Who, when, from where, the ids in the path, and the answer's status and error
 * code are in the trail without it. Words before a refusal are recorded with it.
 *
 * <pre>{@code
 * change.about(ACCOUNT, name).before("role", account.role().word()).after("role", "owner").announce();
 * accounts.change(…);
 * }</pre>
 *
 * Never give it a password, a secret key, a token or a signature. For one thread at a time.
 */
public final class Change {
    private static final String ATTRIBUTE = "changeover.change";
    /** Of many things, the first ones are kept. */
    public static final int MOST = 20;

    private static final int LONGEST = 500;

    private final List<Subject> subjects = new ArrayList<>();
    private final Map<String, Object> before = new LinkedHashMap<>();
    private final Map<String, Object> after = new LinkedHashMap<>();
    private String reason = "";
    private String actor = "";
    private Consumer<Change> entry = change -> {};

    /** The one of a request. */
    static Change of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Change.class).orElseGet(() -> {
            var fresh = new Change();
            request.setAttribute(ATTRIBUTE, fresh);
            return fresh;
        });
    }

    /** A subject that the path does not name. */
    public Change about(Subject.Kind kind, String id) {
        subjects.add(new Subject(kind, id));
        return this;
    }

    /** The first of many. */
    public Change about(Subject.Kind kind, Collection<String> ids) {
        ids.stream().limit(MOST).forEach(id -> about(kind, id));
        return this;
    }

    /** The identity of a caller that had no credentials yet. */
    public Change by(String account) {
        actor = account;
        return this;
    }

    /** Why, in the caller's words. */
    public Change because(@Nullable String words) {
        reason = words == null ? "" : words;
        return this;
    }

    /** How something was: a text, a number, or a collection, of which the first twenty are kept. */
    public Change before(String what, @Nullable Object was) {
        before.put(what, kept(was));
        return this;
    }

    /** How it is now; or where it was refused, how it was to be. */
    public Change after(String what, @Nullable Object is) {
        after.put(what, kept(is));
        return this;
    }

    /**
     * Has what was said so far in the trail before it is done, so that it is known also where the server ends in the
     * midst of it. For what the path does not say, right before the deed; what is said later is there once the call has
     * ended.
     *
     * @throws AuditTrail.NotWritten then nothing may be done
     */
    public void announce() {
        entry.accept(this);
    }

    /** Where {@link #announce} writes; without it, as of a call that has no entry before its end, nowhere. */
    void to(Consumer<Change> entry) {
        this.entry = entry;
    }

    List<Subject> subjects() {
        return subjects;
    }

    String actor() {
        return actor;
    }

    Intent intent(ObjectMapper json) {
        return new Intent(reason, text(before, json), text(after, json));
    }

    Outcome outcome(Instant at, int status, String code, ObjectMapper json) {
        return new Outcome(at, status, code, 1, reason, text(before, json), text(after, json));
    }

    private static String text(Map<String, Object> state, ObjectMapper json) {
        try {
            return json.writeValueAsString(state);
        } catch (JsonProcessingException strange) {
            throw new AssertionError("texts, numbers and lists of texts are JSON", strange);
        }
    }

    private static Object kept(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Number number -> number;
            case Boolean yes -> yes;
            case Collection<?> many -> first(many);
            default -> cut(value.toString());
        };
    }

    private static List<String> first(Collection<?> many) {
        var kept = new ArrayList<>(
                many.stream().limit(MOST).map(each -> cut(String.valueOf(each))).toList());
        if (many.size() > MOST) {
            kept.add("and %d more".formatted(many.size() - MOST));
        }
        return kept;
    }

    private static String cut(String text) {
        return Texts.cut(text, LONGEST);
    }
}
