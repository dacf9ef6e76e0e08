package dev.changeover.api;

import dev.changeover.upgrade.Check;
import io.micronaut.http.HttpStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that cannot be met, with the published code and a sentence for the caller. Nothing was changed. */
final class Refusal extends RuntimeException {
    /** The upgrade's phase does not allow it. */
    static final String NOT_NOW = "DBS.200086";

    /** No or bad credentials, or not permitted. */
    static final String NO_ACCESS = "DBS.280056";

    /** Too many requests or failed log-ins. */
    static final String TOO_MANY = "DBS.280429";

    /** Temporal or the database cannot be reached. */
    static final String UNAVAILABLE = "DBS.280005";

    private final HttpStatus status;
    private final String code;
    private final @Nullable String jobId;

    Refusal(HttpStatus status, String code, String sentence) {
        this(status, code, sentence, null);
    }

    private Refusal(HttpStatus status, String code, String sentence, @Nullable String jobId) {
        super(sentence, null, false, false);
        this.status = status;
        this.code = code;
        this.jobId = jobId;
    }

    static Refusal badParameter(String name, String whatIsNeeded) {
        return new Refusal(HttpStatus.BAD_REQUEST, "DBS.200001", name + ": " + whatIsNeeded);
    }

    static Refusal notFound(String kind, String id) {
        return new Refusal(HttpStatus.NOT_FOUND, "DBS.200002", "%s %s does not exist".formatted(kind, id));
    }

    static Refusal noSuchJob(String jobId) {
        return new Refusal(HttpStatus.BAD_REQUEST, "DBS.200543", "job %s does not exist".formatted(jobId));
    }

    /** Nobody the server knows. */
    static Refusal unauthenticated(String reason) {
        return new Refusal(HttpStatus.UNAUTHORIZED, NO_ACCESS, reason);
    }

    /**
     * Somebody who may not do this.
     *
     * @param permission that it takes; empty if none would be enough
     */
    static Refusal forbidden(String who, String permission) {
        var needs = permission.isEmpty() ? "" : ": it needs " + permission;
        return new Refusal(HttpStatus.FORBIDDEN, NO_ACCESS, "%s is not permitted to do this%s".formatted(who, needs));
    }

    /** The upgrade's phase does not allow the command. */
    static Refusal notNow(String reason) {
        return new Refusal(HttpStatus.CONFLICT, NOT_NOW, reason);
    }

    /** By prechecks: the first one's code, every one's sentence. */
    static Refusal byPrechecks(String jobId, List<Check> blockers) {
        var code = blockers.getFirst().blocker().code();
        var status = code.equals("DBS.200011") ? HttpStatus.CONFLICT : HttpStatus.BAD_REQUEST;
        return new Refusal(status, code, Check.sentences(blockers), jobId);
    }

    HttpStatus status() {
        return status;
    }

    String code() {
        return code;
    }

    /** The job under which the ledger has the refusal; null where it never became one. */
    @Nullable String jobId() {
        return jobId;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
