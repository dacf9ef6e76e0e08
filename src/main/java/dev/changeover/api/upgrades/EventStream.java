package dev.changeover.api.upgrades;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.api.Times;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.engine.Upgrades;
import io.micronaut.http.sse.Event;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Follows an upgrade's events in the ledger, which every server sees alike, and where it stands. While somebody follows
 * an upgrade it is looked at once a second, on a thread that may block, for all its followers on this server together.
 * A stream ends after the upgrade has ended altogether and its last event was sent, and seconds after its caller may not
 * see it any more.
 */
@Singleton
final class EventStream {
    /** Looks without news after which a sign of life is sent, so that nothing in between takes the line for dead. */
    private static final int QUIET_LOOKS = 15;

    /** The same where a page says how old the last word is. */
    private static final int QUIET_LIVE_LOOKS = 3;

    /** Looks after which the caller is looked at again. */
    private static final int LOOKS_OF_A_CALLER = 5;

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final TaskLedger ledger;
    private final Upgrades upgrades;
    private final ObjectMapper json;
    private final Clock clock;
    private final Scheduler blocking;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();

    EventStream(
            TaskLedger ledger,
            Upgrades upgrades,
            ObjectMapper json,
            Clock clock,
            @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
        this.ledger = ledger;
        this.upgrades = upgrades;
        this.json = json;
        this.clock = clock;
        this.blocking = Schedulers.fromExecutorService(blocking);
    }

    /**
     * Events after {@code number}, each with its number as id, so that a client that lost the line can go on.
     *
     * @param live whether events named {@code state} say where the upgrade stands, at once and whenever that changes;
     *     between them {@code ping} says that it has not
     * @param stillSeen whether the caller may still see them; may block
     */
    Flux<Event<Object>> after(String jobId, int number, boolean live, BooleanSupplier stillSeen) {
        return Flux.defer(() -> {
            var follower = new Follower(jobId, number, live, stillSeen);
            return watched.computeIfAbsent(jobId, Watched::new)
                    .looks(live)
                    .onBackpressureLatest()
                    .concatMap(follower::told, 1)
                    .takeUntil(Told::last)
                    .concatMapIterable(Told::messages, 1);
        });
    }

    /** What one follower is told. */
    private record Told(List<Event<Object>> messages, boolean last) {}

    /** One who follows; for one thread at a time. */
    private final class Follower {
        private final String jobId;
        private final boolean live;
        private final BooleanSupplier stillSeen;
        private int sent;
        private int state;
        private int looks;
        private int quiet;

        private Follower(String jobId, int sent, boolean live, BooleanSupplier stillSeen) {
            this.jobId = jobId;
            this.sent = sent;
            this.live = live;
            this.stillSeen = stillSeen;
        }

        /**
         * From the look, on its own thread, where it goes on after what was sent: a change of threads for each page costs
         * more than the page. To ask for the caller may block, and so may the ledger: one who came late has much to hear.
         */
        private Mono<Told> told(Look look) {
            var asks = ++looks % LOOKS_OF_A_CALLER == 0;
            var missed = look.number() > sent
                    && (look.events().isEmpty() || look.events().getFirst().number() > sent + 1);
            return asks || missed
                    ? Mono.fromCallable(() -> asks && !stillSeen.getAsBoolean()
                                    ? new Told(List.of(), true)
                                    : told(look, missed ? ledger.events(jobId, sent) : look.events()))
                            .subscribeOn(blocking)
                    : Mono.just(told(look, look.events()));
        }

        private Told told(Look look, List<TaskEvent> events) {
            var messages = new ArrayList<Event<Object>>();
            events.stream().filter(event -> event.number() > sent).forEach(event -> {
                sent = event.number();
                messages.add(Event.<Object>of(EventAnswer.of(event)).id(String.valueOf(sent)));
            });
            if (live && look.version() > state && !look.state().isEmpty()) {
                state = look.version();
                messages.add(Event.<Object>of(look.state()).name("state"));
            }
            quiet = messages.isEmpty() ? quiet + 1 : 0;
            if (quiet >= (live ? QUIET_LIVE_LOOKS : QUIET_LOOKS)) {
                quiet = 0;
                messages.add(Event.<Object>of(live ? look.at() : "").name("ping"));
            }
            return new Told(messages, look.last());
        }
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
    private record Look(String at, int number, List<TaskEvent> events, int version, String state, boolean last) {}

    /**
     * One upgrade that somebody follows: what is new of it is found out once a second for all of them, on a thread that may
     * block, and not at all once nobody follows it. Thread-safe.
     */
    private final class Watched {
        private final String jobId;
        private final AtomicInteger live = new AtomicInteger();
        private final Flux<Look> shared;

        // Of one look after the other.
        private int number;
        private int version;
        private String state = "";
        private @Nullable JsonNode known;

        private Watched(String jobId) {
            this.jobId = jobId;
            this.shared = Flux.interval(Duration.ZERO, BETWEEN_LOOKS)
                    .onBackpressureDrop()
                    .concatMap(tick -> Mono.fromCallable(this::look).subscribeOn(blocking), 1)
                    .takeUntil(Look::last)
                    .doFinally(over -> watched.remove(jobId, this))
                    .replay(1)
                    .refCount();
        }

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
}
