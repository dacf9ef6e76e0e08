package dev.changeover.inventory;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;

class PostgresInventoryTest extends InventoryContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }
}
