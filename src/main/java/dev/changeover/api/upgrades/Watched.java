package dev.changeover.api.upgrades;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.api.Times;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.engine.Upgrades;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One upgrade that somebody follows: what is new of it is found out once a second for all of them, on a thread that may
 * block, and not at all once nobody follows it. Thread-safe.
 */
final class Watched {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final String jobId;
    private final TaskLedger ledger;
    private final Upgrades upgrades;
    private final ObjectMapper json;
    private final Clock clock;
    private final AtomicInteger live = new AtomicInteger();
    private final Flux<Look> shared;

    // Of one look after the other.
    private int number;
    private int version;
    private String state = "";
    private @Nullable JsonNode known;

    /** @param left hears when nobody follows it any more */
    Watched(
            String jobId,
            TaskLedger ledger,
            Upgrades upgrades,
            ObjectMapper json,
            Clock clock,
            Scheduler blocking,
            Consumer<Watched> left) {
        this.jobId = jobId;
        this.ledger = ledger;
        this.upgrades = upgrades;
        this.json = json;
        this.clock = clock;
        this.shared = Flux.interval(Duration.ZERO, BETWEEN_LOOKS)
                .onBackpressureDrop()
                .concatMap(tick -> Mono.fromCallable(this::look).subscribeOn(blocking), 1)
                .takeUntil(Look::last)
                .doFinally(over -> left.accept(this))
                .replay(1)
                .refCount();
    }

    /**
     * A look at it.
     *
     * @param at when, as an object in JSON
     * @param number of its last event
     * @param events that the look before did not have yet
     * @param version of the state: another one where more than the time has changed
     * @param state where it stands, in JSON; empty where nobody wants to know
     * @param last it has ended altogether
     */
    record Look(String at, int number, List<TaskEvent> events, int version, String state, boolean last) {}

    /** One look after the other, the last one at once. */
    Flux<Look> looks(boolean withState) {
        return withState
                ? Flux.defer(() -> {
                            live.incrementAndGet();
                            return shared;
                        })
                        .doFinally(over -> live.decrementAndGet())
                : shared;
    }

    /** The task is read first: what is written later is found at the next look, and after the end nothing is written. */
    private Look look() throws JsonProcessingException {
        var ended = ledger.task(jobId).map(task -> task.outcome() != null).orElse(true);
        var events = ledger.events(jobId, number);
        if (!events.isEmpty()) {
            number = events.getLast().number();
        }
        if (live.get() > 0) {
            lookAtState();
        } else {
            known = null;
            state = "";
        }
        var at = json.writeValueAsString(json.createObjectNode().put("at", Times.of(clock.instant())));
        return new Look(at, number, events, version, state, ended);
    }

    private void lookAtState() throws JsonProcessingException {
        var view = upgrades.view(jobId);
        if (view.isEmpty()) {
            return;
        }
        ObjectNode now = json.valueToTree(UpgradeAnswer.of(view.get()));
        var at = now.remove("at");
        if (!now.equals(known)) {
            known = now.deepCopy();
            version++;
            state = json.writeValueAsString(now.set("at", at));
        }
    }
}
