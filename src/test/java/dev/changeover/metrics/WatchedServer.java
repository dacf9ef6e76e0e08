package dev.changeover.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.api.FixedClock;
import dev.changeover.database.Sql;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A server with the fleet of the API's tests, read by a program that has the token for that. */
final class WatchedServer implements AutoCloseable {
    private static final String TOKEN = "0123456789abcdef".repeat(4);

    final ApplicationContext context;
    final Path tokenFile;
    final Calls stranger;
    private final StepClock clock;

    WatchedServer(Path directory, Map<String, Object> more) throws IOException {
        this.tokenFile = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        var properties = new HashMap<>(more);
        properties.put("changeover.metrics.token-file", tokenFile.toString());
        properties.put(FixedClock.TICKS, "true");
        properties.put(StepClock.PROPERTY, "true");
        properties.put("changeover.notify.every", "1h"); // else a planted hold becomes a notice that nobody gets
        this.context = ApplicationContext.run(properties, "api");
        var server = context.getBean(EmbeddedServer.class).start();
        this.clock = (StepClock) context.getBean(Clock.class);
        this.stranger = new Calls(server.getURI(), "");
    }

    ApiScene scene() {
        return context.getBean(ApiScene.class);
    }

    Sql sql() {
        return context.getBean(Sql.class);
    }

    Calls scraper() {
        return stranger.by(TOKEN);
    }

    Instant now() {
        return clock.instant();
    }

    /** All figures, read from the database anew. */
    Figures scrape() {
        clock.step(Duration.ofSeconds(6));
        var answer = scraper().get("/prometheus");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new Figures(answer.text());
    }

    @Override
    public void close() {
        context.close();
    }
}
