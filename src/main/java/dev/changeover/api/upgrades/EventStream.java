package dev.changeover.api.upgrades;

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
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Follows an upgrade's events in the ledger, which every server sees alike. Looks once a second, on a thread that may
 * block; ends after the upgrade has ended altogether and its last event was sent, and seconds after its caller may not see
 * it any more.
 */
@Singleton
final class EventStream {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Looks without an event after which a sign of life is sent, so that nothing in between takes the line for dead. */
    private static final int QUIET_LOOKS = 15;

    /** Looks after which the caller is looked at again. */
    private static final int LOOKS_OF_A_CALLER = 5;

    private final TaskLedger ledger;
    private final Scheduler blocking;

    EventStream(TaskLedger ledger, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
        this.ledger = ledger;
        this.blocking = Schedulers.fromExecutorService(blocking);
    }

    /**
     * Events after {@code number}, each with its number as id, so that a client that lost the line can go on.
     *
     * @param stillSeen whether the caller may still see them; may block
     */
    Flux<Event<Object>> after(String jobId, int number, BooleanSupplier stillSeen) {
        var sent = new AtomicInteger(number);
        var looks = new AtomicInteger();
        var quiet = new AtomicInteger();
        return Flux.interval(Duration.ZERO, BETWEEN_LOOKS)
                .onBackpressureDrop()
                .concatMap(
                        tick -> Mono.fromCallable(() -> isOver(looks, stillSeen) ? Look.OVER : look(jobId, sent))
                                .subscribeOn(blocking),
                        1)
                .takeUntil(Look::last)
                .concatMapIterable(look -> messages(look, quiet), 1);
    }

    private static boolean isOver(AtomicInteger looks, BooleanSupplier stillSeen) {
        return looks.incrementAndGet() % LOOKS_OF_A_CALLER == 0 && !stillSeen.getAsBoolean();
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

    private record Look(List<TaskEvent> events, boolean last) {
        static final Look OVER = new Look(List.of(), true);
    }
}
