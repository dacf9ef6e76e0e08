package dev.changeover.access;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;

class PostgresLogInTest extends LogInContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }
}
