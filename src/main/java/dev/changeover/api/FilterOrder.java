package dev.changeover.api;

import io.micronaut.core.order.Ordered;

/**
 * All that a request of ours passes before its controller, from the first to the last; its answer passes them backwards.
 * Every filter takes its order from here, so that this list is the order.
 */
public final class FilterOrder {
    /** What the server adds to a connection, beginning at the wire. Micronaut's codec of HTTP stands among them. */
    public enum Handler {
        /** Ends a connection that does not take its answer. */
        SLOW_READER,
        /** Sees when a request begins, before it is one. */
        FIRST_BYTE,
        /** Micronaut's: makes requests of bytes. */
        CODEC,
        /** Ends a connection that takes too long to say what it wants. */
        REQUEST_TIMEOUTS,
        /** Tells browsers on every answer what they may do with it. */
        ANSWER_HEADERS,
        /** Takes a slash too many from the path. */
        ENDPOINT_SLASHES,
        /** Says how large this request's body may be. */
        BODY_LIMITS
    }

    /** Names the request; the first, so that every answer has its id. */
    public static final int REQUEST_ID = Ordered.HIGHEST_PRECEDENCE;
    /** Says why the web server itself refused a page from elsewhere. */
    public static final int FOREIGN_PAGES = REQUEST_ID + 1;
    /** Completes the audit trail by what was answered, whoever answered. */
    public static final int AUDITED_ANSWERS = FOREIGN_PAGES + 1;
    /** Lets the page of the OpenAPI document run its own scripts. */
    public static final int DOCUMENT_PAGE = AUDITED_ANSWERS + 1;
    /** Refuses packed bodies before anybody reads one. */
    public static final int PLAIN_BODIES = DOCUMENT_PAGE + 1;
    /** Refuses what does not say once for which host it is. */
    public static final int ONE_HOST = PLAIN_BODIES + 1;

    /** First of those that Micronaut's security filter asks who calls: a signature, which only one of them understands. */
    public static final int SIGNED_CALLS = Ordered.HIGHEST_PRECEDENCE;
    /** A session's cookie; a token, which is Micronaut's to fetch, counts before it all the same. */
    public static final int CONSOLE_SESSIONS = 0;
    /** Micronaut's security filter, {@code ServerFilterPhase.SECURITY.order()}: behind it stands who calls, and that they may. */
    public static final int SECURITY = 39000;

    /** Refuses what no database is to be asked for; behind {@code ServerFilterPhase.SECURITY.after()}. */
    public static final int PLAIN_ADDRESSES = SECURITY + 251;
    /** Hides what is wrong with the server from all but operators. */
    public static final int HEALTH_DETAILS = PLAIN_ADDRESSES + 1;
    /** Hides what belongs to projects that the caller does not see. */
    public static final int PROJECT_ISOLATION = HEALTH_DETAILS + 1;
    /** Leads people to the start page, and protects the log-in. */
    public static final int PAGES = PROJECT_ISOLATION + 1;
    /** Refuses changes where another server works on the database. */
    public static final int STANDBY_REFUSALS = PAGES + 1;
    /** The last: writes down what is let through, before it is done. */
    public static final int AUDITED_ATTEMPTS = STANDBY_REFUSALS + 1;

    private FilterOrder() {}
}
