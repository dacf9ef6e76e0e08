package dev.changeover.api.audit;

import static dev.changeover.audit.AuditEntry.Subject.Kind.ACCOUNT;
import static dev.changeover.audit.AuditEntry.Subject.Kind.INSTANCE;
import static dev.changeover.audit.AuditEntry.Subject.Kind.JOB;
import static dev.changeover.audit.AuditEntry.Subject.Kind.PROJECT;
import static dev.changeover.audit.AuditEntry.Subject.Kind.PROXY;

import dev.changeover.api.ApiException;
import dev.changeover.api.Paging;
import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditQuery;
import dev.changeover.audit.AuditQuery.Result;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.annotation.QueryValue;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a search in the audit trail. All of them may be left out.
 *
 * @param offset how many of the newest are left out: 0 if not said
 * @param limit 1 to 50: 10 if not said
 * @param actor an account
 * @param action a word like {@code upgrade.submit}
 * @param outcome done, refused, failed or unknown
 * @param from at or after it: 30 days before the end if not said
 * @param until until then: now if not said
 */
@Introspected
record AuditFilter(
        @Parameter(description = "how many of the newest are left out (0)") @QueryValue @Nullable String offset,

        @Parameter(description = "1 to 50 (10)") @QueryValue @Nullable String limit,

        @Parameter(description = "name of an account") @QueryValue @Nullable String actor,

        @Parameter(description = "a word like upgrade.submit") @QueryValue @Nullable String action,

        @QueryValue("project_id") @Nullable String projectId,
        @QueryValue("instance_id") @Nullable String instanceId,
        @QueryValue("proxy_id") @Nullable String proxyId,
        @QueryValue("job_id") @Nullable String jobId,

        @Parameter(description = "what was done to this account") @QueryValue @Nullable String account,

        @Parameter(
                description = "done, refused, failed (our fault, or something could not be reached) or unknown (never"
                        + " answered)")
        @QueryValue
        @Nullable String outcome,

        @Parameter(
                description = "at or after it: ms since the epoch, or 2026-07-15T07:46:10+0000 (30 days before until)")
        @QueryValue
        @Nullable String from,

        @Parameter(description = "until then, as from (now)") @QueryValue @Nullable String until) {
    private static final Duration SHOWN = Duration.ofDays(30);

    /**
     * @param also what an entry has to be about besides
     * @throws ApiException naming the parameter that is wrong
     */
    AuditQuery query(Instant now, Subject... also) {
        var last = Times.parameter("until", until);
        var first = Times.parameter("from", from);
        if (first != null && last != null && first.isAfter(last)) {
            throw ApiException.badParameter("from", "is after until");
        }
        return new AuditQuery(
                actor,
                action,
                Stream.concat(subjects(), Stream.of(also)).toList(),
                first == null ? (last == null ? now : last).minus(SHOWN) : first,
                last == null ? null : last.plusMillis(1),
                result(),
                Parameters.number("offset", offset, 0, 0, Integer.MAX_VALUE),
                Parameters.number("limit", limit, 10, 1, Paging.MOST));
    }

    private Stream<Subject> subjects() {
        return Stream.of(
                        subject(PROJECT, projectId),
                        subject(INSTANCE, instanceId),
                        subject(PROXY, proxyId),
                        subject(JOB, jobId),
                        subject(ACCOUNT, account))
                .flatMap(List::stream);
    }

    private static List<Subject> subject(Subject.Kind kind, @Nullable String id) {
        return id == null ? List.of() : List.of(new Subject(kind, id));
    }

    private @Nullable Result result() {
        if (outcome == null) {
            return null;
        }
        return Stream.of(Result.values())
                .filter(one -> word(one).equalsIgnoreCase(outcome))
                .findFirst()
                .orElseThrow(() -> ApiException.badParameter(
                        "outcome",
                        "one of %s is needed"
                                .formatted(Stream.of(Result.values())
                                        .map(AuditFilter::word)
                                        .collect(Collectors.joining(", ")))));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
