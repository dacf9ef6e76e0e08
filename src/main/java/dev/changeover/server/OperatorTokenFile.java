package dev.changeover.server;

import dev.changeover.access.OneTimeToken;
import dev.changeover.database.Standby;
import dev.changeover.host.PrivateFile;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves {@code operator-token} in the data directory as long as there is no operator: with it the first one is added.
 * Every start makes a new one, and seconds after an operator was added the file is gone.
 *
 * <p>With {@code changeover.recover} a start leaves one although there are operators, whose passwords are lost: whoever can
 * start the server with another setting and read its data directory owns it anyway.
 */
@Singleton
final class OperatorTokenFile implements ApplicationEventListener<ServerStartupEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorTokenFile.class);
    static final String FILE = "operator-token";

    private final OneTimeToken oneTime;
    private final Standby standby;
    private final Path file;
    private final boolean recover;

    OperatorTokenFile(OneTimeToken oneTime, Standby standby, ServerSettings settings) {
        this.oneTime = oneTime;
        this.standby = standby;
        this.file = settings.file(settings.operatorTokenFile(), FILE);
        this.recover = settings.recover();
    }

    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        if (standby.reason().isPresent()) return; // it would let in nobody: this server refuses to log in
        var first = oneTime.make();
        if (first.isPresent()) {
            leave(first.get());
            LOG.info("there is no operator yet: {} stands for one until the first is added", file);
        } else if (recover) {
            leave(oneTime.recover());
            LOG.warn(
                    "{} stands for an operator for an hour, or until one is added or gets a new password;"
                            + " now take CHANGEOVER_RECOVER away again",
                    file);
        } else {
            takeAway();
        }
    }

    /** Of several servers, one only heard that there is an operator. */
    @Scheduled(initialDelay = "5s", fixedDelay = "5s")
    void takeAwayWhatIsNotGoodAnyMore() throws IOException {
        if (Files.exists(file)
                && oneTime.account(Files.readString(file).strip()).isEmpty()) {
            takeAway();
            LOG.info("{} is gone: it was not good any more", file);
        }
    }

    private void leave(String token) {
        try {
            PrivateFile.write(file, token + "\n");
        } catch (IOException failure) {
            throw new UncheckedIOException("%s cannot be written".formatted(file), failure);
        }
    }

    private void takeAway() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new UncheckedIOException("%s cannot be taken away".formatted(file), failure);
        }
    }
}
