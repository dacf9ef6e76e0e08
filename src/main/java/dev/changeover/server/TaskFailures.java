package dev.changeover.server;

import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
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
final class TaskFailures implements TaskExceptionHandler<Object, Throwable>, ApplicationEventListener<ShutdownEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(TaskFailures.class);

    private volatile boolean ends;

    @Override
    public void onApplicationEvent(ShutdownEvent ending) {
        ends = true;
    }

    @Override
    public void handle(@Nullable Object bean, Throwable failure) {
        if (!ends) LOG.error("regular work of {} failed", name(bean), failure);
    }

    private static String name(@Nullable Object bean) {
        return bean == null ? "the server" : bean.getClass().getSimpleName();
    }
}
