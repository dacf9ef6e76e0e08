package dev.changeover.api;

import dev.changeover.upgrade.ErrorCode;
import org.jspecify.annotations.Nullable;

/** A request that cannot be met, with the published code and a sentence for the caller. Nothing was changed. */
public final class ApiException extends RuntimeException {
    private final ErrorCode error;
    private final @Nullable String jobId;

    /** @param sentence what is wrong and what to do, for the caller to read; without any secret */
    public ApiException(ErrorCode error, @Nullable String sentence) {
        this(error, sentence, null);
    }

    /**
     * Of a job that the ledger has all the same.
     *
     * @param jobId null where it never became one
     */
    public ApiException(ErrorCode error, @Nullable String sentence, @Nullable String jobId) {
        super(String.valueOf(sentence), null, false, false);
        this.error = error;
        this.jobId = jobId;
    }

    /** 400: a parameter, or a field of the body; the sentence begins with its name. */
    public static ApiException badParameter(String name, String whatIsNeeded) {
        return new ApiException(ErrorCode.WRONG_PARAMETER, name + ": " + whatIsNeeded);
    }

    /** 404: what the path names, or what the caller must not know to exist. */
    public static ApiException notFound(String kind, String id) {
        return new ApiException(ErrorCode.NOT_FOUND, "%s %s does not exist".formatted(kind, id));
    }

    /** 400, as programs for the published interface expect of a job. */
    public static ApiException noSuchJob(String jobId) {
        return new ApiException(ErrorCode.NO_SUCH_JOB, "job %s does not exist".formatted(jobId));
    }

    /** 401: nobody the server knows. */
    public static ApiException unauthenticated(String reason) {
        return new ApiException(ErrorCode.NO_CREDENTIALS, reason);
    }

    /**
     * 403: somebody who may not do this.
     *
     * @param permission that it takes; empty if none would be enough
     */
    public static ApiException forbidden(String who, String permission) {
        var needs = permission.isEmpty() ? "" : ": it needs " + permission;
        return new ApiException(ErrorCode.NOT_PERMITTED, "%s is not permitted to do this%s".formatted(who, needs));
    }

    /** 409: the upgrade's phase does not allow the command. */
    public static ApiException notNow(String reason) {
        return new ApiException(ErrorCode.NOT_NOW, reason);
    }

    /** Its published code and status. */
    public ErrorCode error() {
        return error;
    }

    /** The job under which the ledger has the refusal; null where it never became one. */
    public @Nullable String jobId() {
        return jobId;
    }

    /** The sentence that the caller reads. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
