package dev.changeover.server;

import dev.changeover.api.errors.ShutdownFlag;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.scheduling.DefaultTaskExceptionHandler;
import io.micronaut.scheduling.TaskExceptionHandler;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that regular work failed, unless the server is ending: what it then misses says nothing to anybody. */
@Singleton
@Primary
@Replaces(DefaultTaskExceptionHandler.class)
record TaskFailures(ShutdownFlag ending) implements TaskExceptionHandler<Object, Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(TaskFailures.class);

    @Override
    public void handle(@Nullable Object bean, Throwable failure) {
        if (!ending.hasBegun())
            LOG.error("regular work of {} failed, and is done again at its next turn", name(bean), failure);
    }

    private static String name(@Nullable Object bean) {
        return bean == null ? "the server" : bean.getClass().getSimpleName();
    }
}
