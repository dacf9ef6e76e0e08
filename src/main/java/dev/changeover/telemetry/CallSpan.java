package dev.changeover.telemetry;

import io.micronaut.core.propagation.ThreadPropagatedContextElement;
import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/** The span of a call to the REST interface, wherever the threads are that answer it; a caller's span is its parent. */
public final class CallSpan implements ThreadPropagatedContextElement<Scope> {
    private static final String ATTRIBUTE = "changeover.span";

    private final Context context;

    private CallSpan(Context context) {
        this.context = context;
    }

    /** Begins when the request does. */
    public static CallSpan begin(Tracing tracing, HttpRequest<?> request, String requestId) {
        var caller = tracing.telemetry()
                .getPropagators()
                .getTextMapPropagator()
                .extract(Context.root(), request.getHeaders(), new Headers());
        var span = tracing.tracer()
                .spanBuilder(request.getMethodName())
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", request.getMethodName())
                .setAttribute("changeover.request_id", requestId)
                .startSpan();
        var begun = new CallSpan(caller.with(span));
        request.setAttribute(ATTRIBUTE, begun);
        return begun;
    }

    /** Ends it with the answer; of an event stream with its beginning. */
    public static void end(HttpRequest<?> request, int status) {
        request.getAttribute(ATTRIBUTE, CallSpan.class).ifPresent(begun -> {
            var span = Span.fromContext(begun.context);
            BasicHttpAttributes.getUriTemplate(request).ifPresent(template -> {
                span.updateName(request.getMethodName() + " " + template);
                span.setAttribute("http.route", template);
            });
            span.setAttribute("http.response.status_code", status);
            if (status >= 500) span.setStatus(StatusCode.ERROR);
            span.end();
        });
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // Micronaut gives it back to the next method
    public Scope updateThreadContext() {
        return context.makeCurrent();
    }

    @Override
    public void restoreThreadContext(@Nullable Scope scope) {
        if (scope != null) scope.close();
    }

    private static final class Headers implements TextMapGetter<HttpHeaders> {
        @Override
        public Iterable<String> keys(HttpHeaders headers) {
            return headers.names();
        }

        @Override
        public @Nullable String get(@Nullable HttpHeaders headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    }
}
