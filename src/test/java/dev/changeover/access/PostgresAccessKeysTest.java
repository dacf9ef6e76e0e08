package dev.changeover.access;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;

class PostgresAccessKeysTest extends AccessKeysContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }
}
