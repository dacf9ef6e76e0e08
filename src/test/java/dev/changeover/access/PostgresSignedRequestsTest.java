package dev.changeover.access;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;

class PostgresSignedRequestsTest extends SignedRequestsContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }
}
