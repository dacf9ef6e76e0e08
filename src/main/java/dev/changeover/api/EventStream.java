package dev.changeover.api;

import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import io.micronaut.http.sse.Event;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Follows an upgrade's events in the ledger, which every server sees alike. Looks once a second, on a thread that may
 * block; ends after the upgrade has ended altogether and its last event was sent.
 */
@Singleton
final class EventStream {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Looks without an event after which a sign of life is sent, so that nothing in between takes the line for dead. */
    private static final int QUIET_LOOKS = 15;

    private final TaskLedger ledger;
    private final Scheduler blocking;

    EventStream(TaskLedger ledger, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
        this.ledger = ledger;
        this.blocking = Schedulers.fromExecutorService(blocking);
    }

    /** Events after {@code number}, each with its number as id, so that a client that lost the line can go on. */
    Flux<Event<Object>> after(String jobId, int number) {
        var sent = new AtomicInteger(number);
        var quiet = new AtomicInteger();
        return Flux.interval(Duration.ZERO, BETWEEN_LOOKS)
                .onBackpressureDrop()
                .concatMap(tick -> Mono.fromCallable(() -> look(jobId, sent)).subscribeOn(blocking), 1)
                .takeUntil(Look::last)
                .concatMapIterable(look -> messages(look, quiet), 1);
    }

    /** The task is read first: what is written later is found at the next look, and after the end nothing is written. */
    private Look look(String jobId, AtomicInteger sent) {
        var ended = ledger.task(jobId).map(task -> task.outcome() != null).orElse(true);
        var events = ledger.events(jobId, sent.get());
        if (!events.isEmpty()) {
            sent.set(events.getLast().number());
        }
        return new Look(events, ended);
    }

    private static List<Event<Object>> messages(Look look, AtomicInteger quiet) {
        if (!look.events().isEmpty()) {
            quiet.set(0);
            return look.events().stream().map(EventStream::message).toList();
        }
        if (quiet.incrementAndGet() < QUIET_LOOKS) {
            return List.of();
        }
        quiet.set(0);
        return List.of(Event.<Object>of("").name("ping"));
    }

    private static Event<Object> message(TaskEvent event) {
        return Event.<Object>of(EventAnswer.of(event)).id(String.valueOf(event.number()));
    }

    private record Look(List<TaskEvent> events, boolean last) {}
}
