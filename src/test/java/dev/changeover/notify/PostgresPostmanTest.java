package dev.changeover.notify;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.util.Map;

class PostgresPostmanTest extends PostmanContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres(Map.of("changeover.notify.every", "1h", "test.kill-switch", true));
    }
}
