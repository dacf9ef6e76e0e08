package dev.changeover.api.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.api.ErrorBody;
import dev.changeover.api.FilterOrder;
import dev.changeover.api.caller.ProjectIsolation;
import dev.changeover.api.caller.SignedCalls;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditTrail;
import dev.changeover.audit.AuditTrail.NotWritten;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.inject.Named;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes the audit trail when a call is answered: how a change ended, who logged in, and who was refused (changes
 * always, reads for want of credentials or permission, or where they asked for what is another project's). What nobody
 * known is refused, and reads, are counted rather than written where they are many. A signed change that was not carried
 * out may come again as it is.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(FilterOrder.AUDITED_ANSWERS)
record AuditedAnswers(
        AuditTrail trail,
        Clock clock,
        ObjectMapper json,
        SignedCalls signed,
        @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    private static final Logger LOG = LoggerFactory.getLogger(AuditedAnswers.class);

    @ResponseFilter(methods = {HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE})
    @ExecuteOn(TaskExecutors.BLOCKING)
    void changed(HttpRequest<?> request, HttpResponse<?> answer) {
        var call = AuditedCall.of(request);
        if (call.changes()) {
            record(() -> complete(request, call, answer), call);
            if (!isCarriedOut(request, answer)) signed.forget(request);
        } else if (denied(request, answer)) {
            record(() -> refused(call, answer), call);
        }
    }

    /** The caller of a read does not wait for it. */
    @ResponseFilter(methods = {HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS})
    void read(HttpRequest<?> request, HttpResponse<?> answer) {
        if (denied(request, answer)) {
            var call = AuditedCall.of(request);
            blocking.execute(() -> record(() -> refused(call, answer), call));
        }
    }

    /** Without its entry nothing reaches a controller, and what comes too often is not begun. */
    private static boolean isCarriedOut(HttpRequest<?> request, HttpResponse<?> answer) {
        return AuditedAttempts.begun(request) && answer.code() != ErrorCode.TOO_MANY.status();
    }

    private void complete(HttpRequest<?> request, AuditedCall call, HttpResponse<?> answer) {
        var now = clock.instant();
        var change = Change.of(request);
        var outcome = change.outcome(now, answer.code(), code(answer), json);
        if (AuditedAttempts.begun(request)) {
            trail.ended(call.requestId(), change.subjects(), outcome);
        } else if (call.known() || answer.code() < 400) {
            trail.add(call.entry(now, change, outcome));
        } else {
            trail.refused(call.entry(now, change, outcome));
        }
    }

    private void refused(AuditedCall call, HttpResponse<?> answer) {
        var now = clock.instant();
        trail.refused(call.entry(now, Outcome.bare(now, answer.code(), code(answer))));
    }

    /** The answer is sent as it is, whatever becomes of its record: it says what really happened. */
    private static void record(Runnable writing, AuditedCall call) {
        try {
            writing.run();
        } catch (NotWritten failure) {
            LOG.error(
                    "the audit trail does not have how request {}, {} of '{}', ended",
                    call.requestId(),
                    call.deed().action(),
                    call.who().actor(),
                    failure);
        }
    }

    private static boolean denied(HttpRequest<?> request, HttpResponse<?> answer) {
        return answer.code() == 401 || answer.code() == 403 || ProjectIsolation.areAskedFor(request);
    }

    private static String code(HttpResponse<?> answer) {
        return answer.body() instanceof ErrorBody error ? error.errorCode() : "";
    }
}
