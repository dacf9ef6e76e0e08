package dev.changeover.api.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.access.Permission;
import dev.changeover.audit.AuditTrail;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;

/** The audit trail. */
@Controller
@Tag(name = "Audit")
record AuditController(AuditTrail trail, ObjectMapper json, Clock clock) {
    /** All changes and refused calls, with author, time, subject, reason and address; newest first. */
    @Secured(Permission.LIST_AUDIT)
    @Get(uris = {"/v3/audit", "/audit"})
    AuditAnswer audit(@RequestBean AuditFilter filter) {
        return AuditAnswer.of(trail.page(filter.query(clock.instant())), json);
    }
}
