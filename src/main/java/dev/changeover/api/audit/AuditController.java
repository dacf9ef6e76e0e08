package dev.changeover.api.audit;

import dev.changeover.access.Permission;
import dev.changeover.audit.AuditTrail;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;

/** The audit trail. */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Audit")
class AuditController {
    private final AuditTrail trail;
    private final AuditAnswer.Reader reader;
    private final Clock clock;

    AuditController(AuditTrail trail, AuditAnswer.Reader reader, Clock clock) {
        this.trail = trail;
        this.reader = reader;
        this.clock = clock;
    }

    /** All changes and refused calls, with author, time, subject, reason and address; newest first. */
    @Secured(Permission.LIST_AUDIT)
    @Get(uris = {"/v3/audit", "/audit"})
    AuditAnswer audit(@RequestBean AuditFilter filter) {
        return reader.answer(trail.page(filter.query(clock.instant())));
    }
}
