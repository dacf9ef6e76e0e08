package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.SignedRequests;
import dev.changeover.database.Sql;
import dev.changeover.database.Standby;
import dev.changeover.database.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {
    @Test
    void rests_while_the_server_stands_by(@TempDir Path directory) {
        try (var server = TestDatabase.h2(directory)) {
            var standby = server.getBean(Standby.class);
            var housekeeping = server.getBean(Housekeeping.class);
            var sql = server.getBean(Sql.class);
            server.getBean(SignedRequests.class).isFirst("s".repeat(64), Instant.EPOCH);

            standby.set(Optional.of("a newer one works"));
            housekeeping.forget();
            assertThat(remembered(sql)).isEqualTo(1);

            standby.set(Optional.empty());
            housekeeping.forget();
            assertThat(remembered(sql)).isZero();
        }
    }

    private static int remembered(Sql sql) {
        return sql.list("select signature from signed_request", row -> row.text("signature"))
                .size();
    }
}
