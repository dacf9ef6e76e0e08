package dev.changeover.api.audit;

import dev.changeover.api.ApiException;
import dev.changeover.api.FilterOrder;
import dev.changeover.database.Standby;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/**
 * A server that stands by refuses what changes something, before the audit trail has an entry of it; reads go on. A
 * caller whom nobody knows is not told any version.
 */
@ServerFilter(
        value = ServerFilter.MATCH_ALL_PATTERN,
        methods = {HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE})
@Order(FilterOrder.STANDBY_REFUSALS)
record StandbyRefusals(Standby standby) {
    private static final String TO_ANYBODY = "another server works on this one's database: call that one";

    @RequestFilter
    void refuse(HttpRequest<?> request) {
        standby.reason().ifPresent(reason -> {
            var call = AuditedCall.of(request);
            if (!call.changes()) return;
            throw new ApiException(
                    ErrorCode.UNAVAILABLE, "nothing was changed: " + (call.known() ? reason : TO_ANYBODY));
        });
    }
}
