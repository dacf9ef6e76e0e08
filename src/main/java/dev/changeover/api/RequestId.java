package dev.changeover.api;

import dev.changeover.telemetry.CallSpan;
import dev.changeover.telemetry.JsonLines;
import dev.changeover.telemetry.Tracing;
import io.micronaut.context.propagation.slf4j.MdcPropagationContext;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.propagation.MutablePropagatedContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Map;
import java.util.UUID;

/** Names every request: the name is in the answer, in lines of the log, and in the request's span, which begins here. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(FilterOrder.REQUEST_ID)
public final class RequestId {
    /** The header of every answer that has it. */
    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = "changeover.request-id";

    private final Tracing tracing;

    RequestId(Tracing tracing) {
        this.tracing = tracing;
    }

    @RequestFilter
    void name(HttpRequest<?> request, MutablePropagatedContext context) {
        var id = of(request);
        context.add(new MdcPropagationContext(Map.of(JsonLines.REQUEST, id)));
        if (tracing != Tracing.OFF) context.add(CallSpan.begin(tracing, request, id));
    }

    @ResponseFilter
    void tell(HttpRequest<?> request, MutableHttpResponse<?> response) {
        response.getHeaders().set(HEADER, of(request));
        CallSpan.end(request, response.code());
    }

    /** The request's id; given at the first call, also where a request is refused before any filter. */
    public static String of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class).orElseGet(() -> {
            var id = UUID.randomUUID().toString();
            request.setAttribute(ATTRIBUTE, id);
            return id;
        });
    }
}
