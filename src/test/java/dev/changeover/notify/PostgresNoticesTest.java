package dev.changeover.notify;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;

class PostgresNoticesTest extends NoticesContract {

    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }
}
