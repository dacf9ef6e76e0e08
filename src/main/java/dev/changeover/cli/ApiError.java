package dev.changeover.cli;

/** The server said no: an error body, with the request's id, which finds the request in the server's log. */
final class ApiError extends RuntimeException {
    private static final int UNAUTHORIZED = 401;
    private static final int SERVICE_UNAVAILABLE = 503;

    private final int status;
    private final String requestId;
    private final String refusedJob;

    /**
     * @param code published error code
     * @param refusedJob the job under which a refusal by a precheck is recorded; empty for any other error
     */
    ApiError(int status, String code, String sentence, String requestId, String refusedJob) {
        super(code + ": " + sentence, null, false, false);
        this.status = status;
        this.requestId = requestId;
        this.refusedJob = refusedJob;
    }

    /** {@code DBS.…: sentence}, and what to look for in the server's log. */
    String line() {
        var recorded = refusedJob.isEmpty() ? "" : ", recorded as job " + refusedJob;
        return requestId.isEmpty()
                ? getMessage() + recorded
                : "%s (request %s%s)".formatted(getMessage(), requestId, recorded);
    }

    /** The server answers, but what it needs does not: later it may be different. */
    boolean passing() {
        return status == SERVICE_UNAVAILABLE;
    }

    /** The server does not know who asks. */
    boolean unauthenticated() {
        return status == UNAUTHORIZED;
    }

    int exit() {
        if (passing()) {
            return Exit.UNREACHABLE;
        }
        return refusedJob.isEmpty() ? Exit.FAILED_OR_HELD : Exit.REFUSED;
    }
}
