package dev.changeover.upgrade;

/**
 * The published errors (REQUIREMENTS A1): each is one code with one HTTP status. Programs go by the code, so it never
 * changes; some codes are used with several statuses, and are several constants here. The names are those of the OpenAPI
 * document's responses.
 */
public enum ErrorCode {
    WRONG_PARAMETER(400, "DBS.200001", "a parameter or the body is wrong; the message names it"),
    NO_SUCH_JOB(400, "DBS.200543", "the job does not exist, or belongs to another project"),
    NOT_ALLOWED(400, "DBS.200086", "the proxy cannot be upgraded as it is; the message says why"),
    FROZEN(400, "DBS.280449", "the instance is frozen"),
    NO_CREDENTIALS(401, "DBS.280056", "no or wrong credentials"),
    NOT_PERMITTED(403, "DBS.280056", "the caller may not do this, or a page's request came without its CSRF token"),
    NOT_FOUND(
            404,
            "DBS.200002",
            "what the path names does not exist, or belongs to a project that the caller does not see"),
    NO_SUCH_PATH(404, "DBS.290013", "there is no such path"),
    NO_SUCH_METHOD(405, "DBS.290013", "the path does not have this method"),
    OTHER_RUNNING(409, "DBS.200011", "another operation is running"),
    NOT_NOW(409, "DBS.200086", "it is not possible in this state; nothing was changed"),
    TAKEN(409, "DBS.200001", "the name or key is used for something else already"),
    TOO_LARGE(413, "DBS.280001", "the body is too large"),
    ADDRESS_TOO_LONG(414, "DBS.280001", "the address is too long"),
    NOT_JSON(415, "DBS.280001", "the body's Content-Type is not one that is described here"),
    MISDIRECTED(421, "DBS.280056", "the signature is for a host that is none of this server's names"),
    TOO_MANY(429, "DBS.280429", "too many attempts; Retry-After says when the next may come"),
    HEADERS_TOO_LARGE(431, "DBS.280001", "the headers are too large"),
    OUR_FAULT(500, "DBS.108000", "our fault; the server's log has the reason under the request's id"),
    UNAVAILABLE(
            503,
            "DBS.280005",
            "Temporal or the database cannot be reached, or a newer server works on the database; Retry-After says when"
                    + " to try again");

    private final int status;
    private final String code;
    private final String meaning;

    ErrorCode(int status, String code, String meaning) {
        this.status = status;
        this.code = code;
        this.meaning = meaning;
    }

    /** Of the answer in HTTP: 400 to 599. */
    public int status() {
        return status;
    }

    /** As callers see it: {@code DBS.} and six digits. */
    public String code() {
        return code;
    }

    /** When a caller gets it, as documents say it. */
    public String meaning() {
        return meaning;
    }

    /** Whether its answers have a {@code Retry-After}. */
    public boolean saysWhenToTryAgain() {
        return this == TOO_MANY || this == UNAVAILABLE;
    }
}
