package dev.changeover.api.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.access.Permission;
import dev.changeover.api.caller.Ownership;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditTrail;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;

/** The audit trail. */
@Controller
@Tag(name = "Audit")
record AuditController(AuditTrail trail, Ownership ownership, ObjectMapper json, Clock clock) {
    /** All changes and refused calls, with author, time, subject, reason and address; newest first. */
    @Secured(Permission.LIST_AUDIT)
    @Get(uris = {"/v3/audit", "/audit"})
    AuditAnswer audit(@RequestBean AuditFilter filter) {
        return answer(filter);
    }

    /** The same of what was done in one project, and to it. */
    @Secured(Permission.LIST_AUDIT)
    @Get("/v3/{project_id}/audit")
    AuditAnswer ofProject(@PathVariable("project_id") String projectId, @RequestBean AuditFilter filter) {
        ownership.project(projectId);
        return answer(filter, new Subject(Subject.Kind.PROJECT, projectId));
    }

    private AuditAnswer answer(AuditFilter filter, Subject... also) {
        return AuditAnswer.of(trail.page(filter.query(clock.instant(), also)), json);
    }
}
