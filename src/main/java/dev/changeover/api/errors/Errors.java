package dev.changeover.api.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.changeover.access.LogIn.Busy;
import dev.changeover.access.LogIn.WrongCredentials;
import dev.changeover.access.Throttle.Throttled;
import dev.changeover.access.provider.IdentityProvider;
import dev.changeover.access.provider.ProviderLogIn;
import dev.changeover.api.ApiException;
import dev.changeover.api.ErrorBody;
import dev.changeover.api.RequestId;
import dev.changeover.api.WrongText;
import dev.changeover.audit.AuditTrail.NotWritten;
import dev.changeover.database.Sql;
import dev.changeover.removal.Removal;
import dev.changeover.upgrade.ErrorCode;
import dev.changeover.upgrade.engine.LostUpgrades.NotLost;
import dev.changeover.upgrade.engine.Upgrades.KeyReused;
import dev.changeover.upgrade.engine.Upgrades.NotRegistered;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import dev.changeover.upgrade.engine.Upgrades.UnknownJob;
import dev.changeover.upgrade.engine.Upgrades.WrongStart;
import dev.changeover.value.Causes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.io.EOFException;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that maps failures to error bodies: what our own code throws, and what the web server refuses before it
 * reaches our code. Our own faults are logged here, once, under the request's id; a caller never sees a stack trace.
 */
@Singleton
record Errors(ShutdownFlag ending)
        implements ExceptionHandler<Throwable, HttpResponse<ErrorBody>>, ErrorResponseProcessor<ErrorBody> {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    /** The job under which the ledger has a refused upgrade. */
    static final String JOB_HEADER = "X-Job-Id";

    private static final String NO_DATABASE = "the database cannot be reached; nothing is known to have changed";

    private static final String FULL = Sql.FULL + "; nothing is known to have changed";

    /** How the framework's sentence begins where a body is needed and there is none. */
    private static final String NO_BODY = "Required Body [";

    private static final Pattern TWICE = Pattern.compile("Duplicate field '([^']{1,100})'");

    /** Seconds after which a caller may try again: reconnecting to Temporal takes three to ten. */
    private static final String RETRY_AFTER = "10";

    /** For programs that were written for the cloud: it has restarts, flavors, backups and much else on such paths. */
    private static final String SCOPE =
            "Changeover only upgrades proxies and serves nothing else of the cloud's interface";

    @Override
    @SuppressWarnings("rawtypes") // the interface has a raw HttpRequest
    public HttpResponse<ErrorBody> handle(HttpRequest request, Throwable failure) {
        return switch (failure) {
            case ApiException refusal -> refused(refusal);
            case KeyReused reused -> answer(ErrorCode.TAKEN, reused.getMessage());
            case Removal.Refused kept -> answer(kept.error(), kept.getMessage());
            case NotRegistered gone -> answer(ErrorCode.NOT_FOUND, gone.getMessage());
            case NotLost known -> answer(ErrorCode.NOT_NOW, known.getMessage());
            case UnknownJob unknown -> answer(ErrorCode.NO_SUCH_JOB, unknown.getMessage());
            case WrongStart wrong -> answer(ErrorCode.WRONG_PARAMETER, "start_time: " + wrong.getMessage());
            case WrongCredentials wrong ->
                answer(ErrorCode.NO_CREDENTIALS, "name and password, or the token, are wrong");
            case ProviderLogIn.Failed failed -> answer(ErrorCode.NO_CREDENTIALS, failed.getMessage());
            case NotWritten unaudited -> unaudited(request, unaudited);
            case Throttled throttled -> tooMany(String.valueOf(throttled.getMessage()), throttled.retryAfter());
            case Busy busy ->
                tooMany("more log-ins wait than the server looks at; this one was not", busy.retryAfter());
            case IdentityProvider.Unavailable silence -> unavailable(String.valueOf(silence.getMessage()));
            case IdentityProvider.NoRole none -> answer(ErrorCode.NOT_PERMITTED, none.getMessage());
            case EOFException gone ->
                answer(ErrorCode.WRONG_PARAMETER, "the connection was closed before the whole body had come");
            case TemporalUnavailable silence -> unavailable("Temporal gave no answer: " + silence.getMessage());
            default -> other(request, failure);
        };
    }

    @Override
    public MutableHttpResponse<ErrorBody> processResponse(ErrorContext context, MutableHttpResponse<?> base) {
        var request = context.getRequest();
        var garbled = MalformedRequest.of(request);
        if (garbled.isPresent()) {
            return answer(garbled.get().error(), garbled.get().sentence())
                    .header(RequestId.HEADER, RequestId.of(request));
        }
        var status = base.getStatus();
        var body = switch (status) {
            case NOT_FOUND ->
                ErrorBody.of(ErrorCode.NO_SUCH_PATH, "no such path: %s; %s".formatted(request.getPath(), SCOPE));
            case METHOD_NOT_ALLOWED ->
                ErrorBody.of(
                        ErrorCode.NO_SUCH_METHOD,
                        "%s is not possible on %s; %s".formatted(request.getMethodName(), request.getPath(), SCOPE));
            case REQUEST_ENTITY_TOO_LARGE -> ErrorBody.of(ErrorCode.TOO_LARGE, "the body is too large");
            case UNSUPPORTED_MEDIA_TYPE -> ErrorBody.of(ErrorCode.NOT_JSON, firstSentence(context));
            default ->
                status.getCode() < 500
                        ? ErrorBody.of(ErrorCode.WRONG_PARAMETER, badRequest(context))
                        : ErrorBody.of(ErrorCode.OUR_FAULT, ourFaultSentence(RequestId.of(request)));
        };
        return base.body(body)
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(RequestId.HEADER, RequestId.of(request));
    }

    private static MutableHttpResponse<ErrorBody> refused(ApiException refusal) {
        var answer = answer(refusal.error(), refusal.sentence());
        var jobId = refusal.jobId();
        if (refusal.error() == ErrorCode.UNAVAILABLE) {
            answer.header("Retry-After", RETRY_AFTER);
        }
        return jobId == null ? answer : answer.header(JOB_HEADER, jobId);
    }

    private MutableHttpResponse<ErrorBody> other(HttpRequest<?> request, Throwable failure) {
        if (Sql.isFull(failure)) {
            return full(request, failure);
        }
        if (Sql.isUnreachable(failure)) {
            return unavailable(NO_DATABASE);
        }
        if (Sql.mayPass(failure)) {
            LOG.warn("request {} met a busy database: {}", RequestId.of(request), failure.getMessage());
            return unavailable("the database is busy; nothing is known to have changed");
        }
        var full = Causes.find(failure, OutOfMemoryError.class);
        if (full.isPresent()) {
            // a stack trace for each would only tell who came last
            LOG.error(
                    "request {} found no memory: {}",
                    RequestId.of(request),
                    full.get().getMessage());
            return unavailable("the server has no memory left for this; nothing is known to have changed");
        }
        if (ending.hasBegun()) {
            LOG.info("request {} met the end of the server: {}", RequestId.of(request), failure.toString());
            return unavailable("the server is ending; nothing is known to have changed");
        }
        return ourFault(request, failure);
    }

    private static MutableHttpResponse<ErrorBody> unavailable(String sentence) {
        return answer(ErrorCode.UNAVAILABLE, sentence).header("Retry-After", RETRY_AFTER);
    }

    private static MutableHttpResponse<ErrorBody> full(HttpRequest<?> request, Throwable failure) {
        LOG.error("request {} met a full disk: {}", RequestId.of(request), failure.getMessage());
        return unavailable(FULL);
    }

    private static MutableHttpResponse<ErrorBody> unaudited(HttpRequest<?> request, NotWritten failure) {
        if (Sql.isFull(failure)) {
            return full(request, failure);
        }
        if (Sql.isUnreachable(failure)) {
            return unavailable(NO_DATABASE);
        }
        LOG.error(
                "request {} was not let through, because the audit trail takes no entry",
                RequestId.of(request),
                failure);
        return unavailable("the audit trail takes no entry, and nothing is changed unaudited: nothing was changed");
    }

    private static MutableHttpResponse<ErrorBody> tooMany(String why, Duration wait) {
        var seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return answer(ErrorCode.TOO_MANY, "%s; try again in %d s".formatted(why, seconds))
                .header("Retry-After", Long.toString(seconds));
    }

    private static MutableHttpResponse<ErrorBody> ourFault(HttpRequest<?> request, Throwable failure) {
        LOG.error("request {} {} {} failed", RequestId.of(request), request.getMethod(), request.getPath(), failure);
        return answer(ErrorCode.OUR_FAULT, ourFaultSentence(RequestId.of(request)));
    }

    private static String ourFaultSentence(String requestId) {
        return "our fault; the server's log has the reason under request id " + requestId;
    }

    private static MutableHttpResponse<ErrorBody> answer(ErrorCode error, @Nullable String sentence) {
        return HttpResponse.<ErrorBody>status(HttpStatus.valueOf(error.status()))
                .body(ErrorBody.of(error, sentence))
                .contentType(MediaType.APPLICATION_JSON_TYPE);
    }

    /** The caller's mistake: the field a body is wrong in, or the place where it stops being JSON. */
    private static String badRequest(ErrorContext context) {
        return context.getRootCause()
                .flatMap(cause -> Causes.find(cause, JsonProcessingException.class))
                .map(Errors::sentence)
                .orElseGet(() -> firstSentence(context));
    }

    private static String sentence(JsonProcessingException wrong) {
        if (wrong instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            var field = mapping.getPath().stream()
                    .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                    .collect(Collectors.joining("."));
            var needed =
                    mapping instanceof WrongText text ? text.getOriginalMessage() : "not a value this field can have";
            return field + ": " + needed;
        }
        if (wrong instanceof StreamConstraintsException) {
            return "the body is nested too deeply, or a name or number in it is too long";
        }
        var twice = TWICE.matcher(String.valueOf(wrong.getOriginalMessage()));
        if (twice.lookingAt()) {
            return "%s: given twice".formatted(twice.group(1));
        }
        var where = wrong.getLocation();
        return where == null
                ? "the body is not the JSON object that is needed"
                : "the body is not the JSON object that is needed: line %d, column %d"
                        .formatted(where.getLineNr(), where.getColumnNr());
    }

    private static String firstSentence(ErrorContext context) {
        return context.getErrors().stream()
                .map(io.micronaut.http.server.exceptions.response.Error::getMessage)
                .findFirst()
                .map(said ->
                        said.startsWith(NO_BODY) ? "the body is missing: a JSON object, or a file, is needed" : said)
                .orElse("the request is not understood");
    }
}
