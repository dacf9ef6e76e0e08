package dev.changeover.api.errors;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import jakarta.inject.Singleton;

/** Whether the server was told to end: what a call needs may be closed then. Safe for concurrent use. */
@Singleton
public final class ShutdownFlag implements ApplicationEventListener<ShutdownEvent> {
    private volatile boolean begun;

    @Override
    public void onApplicationEvent(ShutdownEvent told) {
        begun = true;
    }

    public boolean hasBegun() {
        return begun;
    }
}
