package dev.changeover.api;

import io.micronaut.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** A request that cannot be met, with the published code and a sentence for the caller. Nothing was changed. */
public final class ApiException extends RuntimeException {
    /** The upgrade's phase does not allow it. */
    public static final String NOT_NOW = "DBS.200086";

    /** No or bad credentials, or not permitted. */
    public static final String NO_ACCESS = "DBS.280056";

    /** Too many requests or failed log-ins. */
    public static final String TOO_MANY = "DBS.280429";

    /** Temporal or the database cannot be reached. */
    public static final String UNAVAILABLE = "DBS.280005";

    private final HttpStatus status;
    private final String code;
    private final @Nullable String jobId;

    /**
     * With a code for which there is no word below.
     *
     * @param status from 400 up
     * @param code of the published table (REQUIREMENTS A1)
     * @param sentence what is wrong and what to do, for the caller to read; without any secret
     */
    public ApiException(HttpStatus status, String code, String sentence) {
        this(status, code, sentence, null);
    }

    /**
     * Of a job that the ledger has all the same.
     *
     * @param jobId null where it never became one
     */
    public ApiException(HttpStatus status, String code, String sentence, @Nullable String jobId) {
        super(sentence, null, false, false);
        this.status = status;
        this.code = code;
        this.jobId = jobId;
    }

    /** 400: a parameter, or a field of the body; the sentence begins with its name. */
    public static ApiException badParameter(String name, String whatIsNeeded) {
        return new ApiException(HttpStatus.BAD_REQUEST, "DBS.200001", name + ": " + whatIsNeeded);
    }

    /** 404: what the path names, or what the caller must not know to exist. */
    public static ApiException notFound(String kind, String id) {
        return new ApiException(HttpStatus.NOT_FOUND, "DBS.200002", "%s %s does not exist".formatted(kind, id));
    }

    /** 400, as programs for the published interface expect of a job. */
    public static ApiException noSuchJob(String jobId) {
        return new ApiException(HttpStatus.BAD_REQUEST, "DBS.200543", "job %s does not exist".formatted(jobId));
    }

    /** 401: nobody the server knows. */
    public static ApiException unauthenticated(String reason) {
        return new ApiException(HttpStatus.UNAUTHORIZED, NO_ACCESS, reason);
    }

    /**
     * 403: somebody who may not do this.
     *
     * @param permission that it takes; empty if none would be enough
     */
    public static ApiException forbidden(String who, String permission) {
        var needs = permission.isEmpty() ? "" : ": it needs " + permission;
        return new ApiException(
                HttpStatus.FORBIDDEN, NO_ACCESS, "%s is not permitted to do this%s".formatted(who, needs));
    }

    /** 409: the upgrade's phase does not allow the command. */
    public static ApiException notNow(String reason) {
        return new ApiException(HttpStatus.CONFLICT, NOT_NOW, reason);
    }

    /** Of the answer; from 400 up. */
    public HttpStatus status() {
        return status;
    }

    /** Of the published table. */
    public String code() {
        return code;
    }

    /** The job under which the ledger has the refusal; null where it never became one. */
    public @Nullable String jobId() {
        return jobId;
    }

    /** What the caller reads. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
