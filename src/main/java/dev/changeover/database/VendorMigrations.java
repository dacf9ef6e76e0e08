package dev.changeover.database;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.flyway.FlywayConfigurationProperties;
import jakarta.inject.Singleton;

/**
 * The few migrations that the two databases need written differently, such as triggers, are beside the common ones. A
 * database with a migration that this version does not have is refused, as Flyway by itself would not.
 */
@Singleton
final class VendorMigrations implements BeanCreatedEventListener<FlywayConfigurationProperties> {
    private static final String COMMON = "classpath:db/migration";

    private final String url;

    VendorMigrations(@Property(name = "changeover.database.url") String url) {
        this.url = url;
    }

    @Override
    public FlywayConfigurationProperties onCreated(BeanCreatedEvent<FlywayConfigurationProperties> event) {
        var flyway = event.getBean();
        flyway.setLocations(COMMON, url.startsWith("jdbc:postgresql:") ? "classpath:db/postgresql" : "classpath:db/h2");
        flyway.setIgnoreMigrationPatterns();
        return flyway;
    }
}
