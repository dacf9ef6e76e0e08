package dev.changeover.task;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;

class PostgresTaskLedgerTest extends TaskLedgerContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }
}
