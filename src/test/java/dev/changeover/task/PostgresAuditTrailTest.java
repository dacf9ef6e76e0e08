package dev.changeover.task;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.Test;

class PostgresAuditTrailTest extends AuditTrailContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }

    @Test
    void nobody_empties_it() {
        assertThatThrownBy(() -> sql.change("truncate audit, audit_subject, audit_outcome"))
                .hasMessageContaining("append-only");
    }
}
