package dev.changeover.access;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Looks at a password as soon as the server is there, because the first one is slow and needs what a process that is
 * ending does not have any more: it registers something for the end.
 */
@Singleton
final class PasswordHashWarmUp implements ApplicationEventListener<ServerStartupEvent> {
    @Override
    public void onApplicationEvent(ServerStartupEvent started) {
        Passwords.isRight("", Optional.empty());
    }
}
