package dev.changeover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2AuditTrailTest extends AuditTrailContract {
    @TempDir
    static Path directory;

    @Override
    ApplicationContext database() {
        return TestDatabase.h2(directory);
    }

    @Test
    void what_was_counted_is_written_when_the_server_stops(@TempDir Path own) {
        try (var context = TestDatabase.h2(own)) {
            var trail = context.getBean(AuditTrail.class);
            IntStream.range(0, 3).forEach(i -> trail.refused(entry("", NOON, Outcome.bare(NOON, 401, ""))));
        }

        try (var context = TestDatabase.h2(own)) {
            var counted = new AuditQuery(null, RefusedCalls.ACTION, List.of(), null, null, null, 0, 10);
            assertThat(context.getBean(AuditTrail.class).page(counted).entries())
                    .singleElement()
                    .extracting(AuditEntry::outcome)
                    .extracting(Outcome::times)
                    .isEqualTo(2);
        }
    }
}
