package dev.changeover.access;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;

class PostgresAccountsTest extends AccountsContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }
}
