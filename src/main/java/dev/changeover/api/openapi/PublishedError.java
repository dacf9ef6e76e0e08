package dev.changeover.api.openapi;

import dev.changeover.api.ApiException;
import io.micronaut.http.HttpStatus;

/** The errors of the published table as the OpenAPI document shows them: status, code, when, and a sentence as one reads it. */
enum PublishedError {
    WRONG_PARAMETER(
            HttpStatus.BAD_REQUEST,
            "DBS.200001",
            "a parameter or the body is wrong; the message names it",
            "limit: 1 to 50 is needed"),
    NO_SUCH_JOB(
            HttpStatus.BAD_REQUEST,
            "DBS.200543",
            "the job does not exist, or belongs to another project",
            "job 8f14e45f does not exist"),
    NOT_ALLOWED(
            HttpStatus.BAD_REQUEST,
            "DBS.200086",
            "the proxy cannot be upgraded as it is; the message says why",
            "a node was last seen in an abnormal state"),
    FROZEN(HttpStatus.BAD_REQUEST, "DBS.280449", "the instance is frozen", "the instance is frozen"),
    NO_CREDENTIALS(
            HttpStatus.UNAUTHORIZED, ApiException.NO_ACCESS, "no or wrong credentials", "no or wrong credentials"),
    NOT_PERMITTED(
            HttpStatus.FORBIDDEN,
            ApiException.NO_ACCESS,
            "the caller may not do this, or a page's request came without its CSRF token",
            "vera is not permitted to do this: it needs rds:instance:modifyProxy"),
    NOT_FOUND(
            HttpStatus.NOT_FOUND,
            "DBS.200002",
            "what the path names does not exist, or belongs to a project that the caller does not see",
            "instance i-9 does not exist"),
    NO_SUCH_PATH(HttpStatus.NOT_FOUND, "DBS.290013", "there is no such path", "no such path: /v3/p-1/nothing"),
    OTHER_RUNNING(
            HttpStatus.CONFLICT,
            "DBS.200011",
            "another operation is running",
            "another upgrade of the proxy is running"),
    NOT_NOW(
            HttpStatus.CONFLICT,
            ApiException.NOT_NOW,
            "it is not possible in this state; nothing was changed",
            "the upgrade has ended"),
    TAKEN(
            HttpStatus.CONFLICT,
            "DBS.200001",
            "the name or key is used for something else already",
            "name: there is an account vera"),
    TOO_LARGE(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "DBS.280001", "the body is too large", "the body is too large"),
    ADDRESS_TOO_LONG(
            HttpStatus.REQUEST_URI_TOO_LONG, "DBS.280001", "the address is too long", "the address is too long"),
    NOT_JSON(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "DBS.280001",
            "the body's Content-Type is not one that is described here",
            "Content Type [text/plain] not allowed. Allowed types: [application/json]"),
    TOO_MANY(
            HttpStatus.TOO_MANY_REQUESTS,
            "DBS.280429",
            "too many attempts; Retry-After says when the next may come",
            "too many attempts to log in: try again in 30 s"),
    HEADERS_TOO_LARGE(
            HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "DBS.280001",
            "the headers are too large",
            "the headers are too large"),
    OUR_FAULT(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "DBS.108000",
            "our fault; the server's log has the reason under the request's id",
            "our fault; the server's log has the reason under request id 2c1f0a6e-6c1b-4d0e-9d53-0d7f5d6a4f11"),
    UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE,
            ApiException.UNAVAILABLE,
            "Temporal or the database cannot be reached; Retry-After says when to try again",
            "the database cannot be reached; nothing is known to have changed");

    private final HttpStatus status;
    private final String code;
    private final String when;
    private final String sentence;

    PublishedError(HttpStatus status, String code, String when, String sentence) {
        this.status = status;
        this.code = code;
        this.when = when;
        this.sentence = sentence;
    }

    /** As a key of an operation's responses. */
    String status() {
        return String.valueOf(status.getCode());
    }

    String code() {
        return code;
    }

    String when() {
        return when;
    }

    /** What a caller reads. */
    String sentence() {
        return sentence;
    }

    boolean saysWhenToTryAgain() {
        return status == HttpStatus.TOO_MANY_REQUESTS || status == HttpStatus.SERVICE_UNAVAILABLE;
    }
}
