package dev.changeover.api.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.api.FilterOrder;
import dev.changeover.audit.AuditTrail;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Clock;

/**
 * Nothing is changed unaudited: whoever is let through has an entry in the audit trail before the controller acts, and
 * where that cannot be written, nothing is done and the answer is 503. A log-in has no entry before it: nobody is known
 * yet, and whoever calls could fill the disk.
 */
@ServerFilter(
        value = ServerFilter.MATCH_ALL_PATTERN,
        methods = {HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE})
@Order(FilterOrder.AUDITED_ATTEMPTS)
record AuditedAttempts(AuditTrail trail, Clock clock, ObjectMapper json) {
    private static final String ATTRIBUTE = "changeover.audited";

    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    void begin(HttpRequest<?> request) {
        var call = AuditedCall.of(request);
        if (call.changes() && call.known()) {
            trail.add(call.entry(clock.instant(), null));
            request.setAttribute(ATTRIBUTE, true);
            Change.of(request).to(change -> trail.announced(call.requestId(), change.subjects(), change.intent(json)));
        }
    }

    /** Whether the call has its entry. */
    static boolean begun(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE).isPresent();
    }
}
