package dev.changeover;

import dev.changeover.access.OneTimeToken;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves {@code operator-token} in the data directory as long as there is no operator: with it the first one is added.
 * Every start makes a new one, and the first start after an operator was added takes the file away.
 */
@Singleton
final class OperatorToken implements ApplicationEventListener<ServerStartupEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorToken.class);
    static final String FILE = "operator-token";

    private final OneTimeToken oneTime;
    private final Path file;

    OperatorToken(OneTimeToken oneTime, @Property(name = "changeover.data") String data) {
        this.oneTime = oneTime;
        this.file = Path.of(data, FILE);
    }

    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        var token = oneTime.make();
        try {
            if (token.isPresent()) {
                PrivateFile.write(file, token.get() + "\n");
                LOG.info("there is no operator yet: {} stands for one until the first is added", file);
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the data directory cannot be written", failure);
        }
    }
}
