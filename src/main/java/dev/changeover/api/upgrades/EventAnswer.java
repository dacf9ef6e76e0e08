package dev.changeover.api.upgrades;

import dev.changeover.api.Times;
import dev.changeover.task.TaskEvent;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an upgrade.
 *
 * @param number counts from 1 within a job
 * @param kind stable word for programs; {@code text} is for people
 * @param nodeId null where it concerns the whole upgrade
 */
record EventAnswer(
        int number, String at, String kind, @Nullable String nodeId, String text) {
    static EventAnswer of(TaskEvent event) {
        return new EventAnswer(event.number(), Times.of(event.at()), event.kind(), event.nodeId(), event.text());
    }
}
