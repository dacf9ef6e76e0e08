package dev.changeover.client;

import org.jspecify.annotations.Nullable;

/** Why a server did not do what a command asked: a sentence on stderr, one line for each fault of a file, and an exit code. */
public abstract sealed class Failure extends RuntimeException {
    private Failure(String sentence, @Nullable Throwable cause) {
        super(sentence, cause, false, false);
    }

    /** For people. */
    public String line() {
        return String.valueOf(getMessage());
    }

    /** One of {@link Exit}. */
    public abstract int exit();

    /** The server refused: an error body with the request's id, by which the server's log has it. */
    public static final class ApiError extends Failure {
        private static final int UNAUTHORIZED = 401;
        private static final int FORBIDDEN = 403;
        private static final int SERVICE_UNAVAILABLE = 503;

        private final int status;
        private final String requestId;
        private final String refusedJob;

        /**
         * @param code published error code
         * @param refusedJob the job under which a refusal by a precheck is recorded; empty for any other error
         */
        public ApiError(int status, String code, String sentence, String requestId, String refusedJob) {
            super(code + ": " + sentence, null);
            this.status = status;
            this.requestId = requestId;
            this.refusedJob = refusedJob;
        }

        /** {@code DBS.…: sentence}, and what to look for in the server's log. */
        @Override
        public String line() {
            var recorded = refusedJob.isEmpty() ? "" : ", recorded as job " + refusedJob;
            return requestId.isEmpty()
                    ? getMessage() + recorded
                    : "%s (request %s%s)".formatted(getMessage(), requestId, recorded);
        }

        /** The server answers, but what it needs does not: later it may be different. */
        public boolean temporary() {
            return status == SERVICE_UNAVAILABLE;
        }

        public boolean unauthenticated() {
            return status == UNAUTHORIZED;
        }

        public boolean forbidden() {
            return status == FORBIDDEN;
        }

        @Override
        public int exit() {
            if (temporary()) {
                return Exit.UNREACHABLE;
            }
            if (unauthenticated()) {
                return Exit.NOT_LOGGED_IN;
            }
            return refusedJob.isEmpty() ? Exit.FAILED : Exit.REFUSED;
        }
    }

    /** No answer, or not one of a Changeover server. */
    public static final class Unreachable extends Failure {
        public Unreachable(String sentence, @Nullable Throwable cause) {
            super(sentence, cause);
        }

        @Override
        public int exit() {
            return Exit.UNREACHABLE;
        }
    }
}
