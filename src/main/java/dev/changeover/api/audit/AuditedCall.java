package dev.changeover.api.audit;

import dev.changeover.api.RequestId;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.ConsoleSessions;
import dev.changeover.api.caller.SignedCalls;
import dev.changeover.api.signature.TokenHeader;
import dev.changeover.audit.AuditEntry;
import dev.changeover.audit.AuditEntry.Deed;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditEntry.Who;
import io.micronaut.http.HttpAttributes;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.web.router.RouteMatch;
import io.micronaut.web.router.UriRouteInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A call as the audit trail has it.
 *
 * @param changes whether it changes something, if it is let through
 * @param known whether the caller showed credentials that are good
 */
record AuditedCall(String requestId, Who who, Deed deed, List<Subject> subjects, boolean changes, boolean known) {
    private static final Map<String, Subject.Kind> VARIABLES = Map.of(
            "project_id", Subject.Kind.PROJECT,
            "instance_id", Subject.Kind.INSTANCE,
            "proxy_id", Subject.Kind.PROXY,
            "job_id", Subject.Kind.JOB,
            "name", Subject.Kind.ACCOUNT,
            "access_key_id", Subject.Kind.ACCESS_KEY);

    static AuditedCall of(HttpRequest<?> request) {
        return request.getAttribute(HttpAttributes.ROUTE_MATCH, RouteMatch.class)
                .map(route -> of(request, route))
                .orElseGet(() -> ofAFile(request));
    }

    /** Or of a path that leads nowhere. */
    private static AuditedCall ofAFile(HttpRequest<?> request) {
        var deed = new Deed(Action.READ, request.getMethodName(), request.getPath());
        return of(request, deed, List.of());
    }

    private static AuditedCall of(HttpRequest<?> request, Deed deed, List<Subject> subjects) {
        var who = request.getUserPrincipal(Authentication.class);
        return new AuditedCall(
                RequestId.of(request),
                new Who(
                        who.map(Authentication::getName).orElse(""),
                        credentials(request, who.isPresent()),
                        Caller.addressOf(request)),
                deed,
                Stream.concat(subjects.stream(), signedWith(request, subjects)).toList(),
                !deed.action().equals(Action.READ),
                who.isPresent());
    }

    /** Which key a leak came from; a call about a key is about that one alone. */
    private static Stream<Subject> signedWith(HttpRequest<?> request, List<Subject> subjects) {
        var aboutKey = subjects.stream().anyMatch(subject -> subject.kind() == Subject.Kind.ACCESS_KEY);
        return aboutKey
                ? Stream.empty()
                : SignedCalls.accessKeyOf(request).map(key -> new Subject(Subject.Kind.ACCESS_KEY, key)).stream();
    }

    private static AuditedCall of(HttpRequest<?> request, RouteMatch<?> route) {
        var reads = switch (request.getMethod()) {
            case GET, HEAD, OPTIONS, TRACE -> true;
            default -> false;
        };
        var path = template(route);
        var action = reads
                ? Action.READ
                : route.getAnnotationMetadata()
                        .stringValue(Action.class)
                        .map(word -> filledIn(word, route))
                        .orElse(request.getMethod() + " " + path);
        return of(request, new Deed(action, request.getMethodName(), path), subjects(route));
    }

    AuditEntry entry(Instant at, @Nullable Outcome outcome) {
        return new AuditEntry(requestId, at, who, deed, subjects, null, outcome);
    }

    /** The whole entry of a call that had none before. */
    AuditEntry entry(Instant at, Change change, Outcome outcome) {
        var whoItWas = known ? who : new Who(change.actor(), who.credentials(), who.address());
        var all = Stream.concat(subjects.stream(), change.subjects().stream()).toList();
        return new AuditEntry(requestId, at, whoItWas, deed, all, null, outcome);
    }

    /** Which kind of them is shown; whether they are good is another question. */
    private static String credentials(HttpRequest<?> request, boolean known) {
        var authorization = request.getHeaders()
                .get(HttpHeaders.AUTHORIZATION, String.class)
                .orElse("");
        if (authorization.startsWith("SDK-HMAC-SHA256")) {
            return "access-key";
        }
        if (authorization.startsWith("Bearer ") || request.getHeaders().contains(TokenHeader.NAME)) {
            return "token";
        }
        return known || ConsoleSessions.cookie(request).isPresent() ? "session" : "none";
    }

    private static String template(RouteMatch<?> route) {
        return route.getRouteInfo() instanceof UriRouteInfo<?, ?> info
                ? info.getUriMatchTemplate().toPathString().replaceAll("\\{(\\w+):[^}]*}", "{$1}")
                : "";
    }

    private static String filledIn(String word, RouteMatch<?> route) {
        for (var variable : route.getVariableValues().entrySet()) {
            word = word.replace("{" + variable.getKey() + "}", String.valueOf(variable.getValue()));
        }
        return word;
    }

    private static List<Subject> subjects(RouteMatch<?> route) {
        return VARIABLES.entrySet().stream()
                .filter(variable -> route.getVariableValues().get(variable.getKey()) != null)
                .map(variable -> new Subject(
                        variable.getValue(),
                        Objects.requireNonNull(route.getVariableValues().get(variable.getKey()))
                                .toString()))
                .toList();
    }
}
