package dev.changeover.temporal;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at Temporal again and again, on a thread of its own.
 *
 * <ol>
 *   <li>Keeps the server running where that is ours to do.
 *   <li>When it was not ready before: is the namespace there, may we use it, are the search attributes, and set what has
 *       to be set.
 *   <li>When it was: does it still answer, and is it still that namespace. A server of ours that is silent for long is ended, and so started again.
 * </ol>
 */
final class ConnectionMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionMonitor.class);
    private static final Duration WHILE_READY = Duration.ofSeconds(2);
    private static final Duration WHILE_NOT = Duration.ofMillis(500);

    /** Temporal answers this at once from memory, or something is wrong. */
    private static final Duration ANSWER = Duration.ofSeconds(3);

    /** Longer than a busy host or a large file keeps a healthy one silent. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Backend backend;
    private final WorkflowServiceStubs stubs;
    private final String namespace;
    private final Namespace.Admission admission;
    private final SearchAttributes searchAttributes;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("temporal-watch").daemon().factory());
    private final Duration silence;
    private Readiness readiness;

    /** The id of the namespace that may be used; empty before. */
    private volatile String admitted = "";

    /** When it last answered or was not expected to. Only for the watching thread. */
    private long heard = System.nanoTime();

    ConnectionMonitor(Backend backend, WorkflowServiceStubs stubs, String namespace, Namespace.Admission admission) {
        this(backend, stubs, namespace, admission, SILENCE);
    }

    /** @param silence after which it is taken for hung */
    ConnectionMonitor(
            Backend backend,
            WorkflowServiceStubs stubs,
            String namespace,
            Namespace.Admission admission,
            Duration silence) {
        this.silence = silence;
        this.admission = admission;
        this.backend = backend;
        this.stubs = stubs;
        this.namespace = namespace;
        this.searchAttributes = new SearchAttributes(stubs, namespace);
        this.readiness = Readiness.no(backend.name() + " was not reached yet.");
        backend.certificate()
                .ifPresent(ours -> thread.scheduleWithFixedDelay(
                        () -> ours.warning(Instant.now()).ifPresent(end -> LOG.warn("{}", end)), 0, 1, TimeUnit.DAYS));
        thread.execute(this::lookAndLookAgain);
    }

    synchronized Readiness readiness() {
        return readiness;
    }

    /** Whether the namespace may be used, also while it is away. */
    boolean admitted() {
        return !admitted.isEmpty();
    }

    synchronized Readiness await(Duration limit) throws InterruptedException {
        return await(limit, () -> readiness.ready());
    }

    /** Until it may be used or is refused. */
    synchronized Readiness awaitAdmitted(Duration limit) throws InterruptedException {
        return await(limit, () -> admitted() || readiness.refused());
    }

    /** As long as it takes. */
    synchronized Readiness awaitRefusal() throws InterruptedException {
        while (!readiness.refused()) wait();
        return readiness;
    }

    private synchronized Readiness await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) break;
            wait(left);
        }
        return readiness;
    }

    private void lookAndLookAgain() {
        try {
            remember(look());
        } catch (InterruptedException closing) {
            return;
        } catch (RuntimeException | Error unexpected) {
            // A watch that dies silently would leave the process not ready for ever.
            remember(Readiness.no(backend.name() + " cannot be used: " + unexpected));
        }
        if (thread.isShutdown()) return;
        var pause = readiness().ready() ? WHILE_READY : WHILE_NOT;
        thread.schedule(this::lookAndLookAgain, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Readiness look() throws InterruptedException {
        var problem = backend.tend();
        if (problem.isPresent()) {
            heard = System.nanoTime();
            return Readiness.no(problem.get());
        }
        try {
            if (readiness().ready() && namespaceId().equals(admitted)) return readiness();
            stubs.getRawChannel().resetConnectBackoff(); // else gRPC waits up to minutes before it tries again
            return firstLook();
        } catch (StatusRuntimeException failure) {
            var reason = backend.name() + " " + words(failure.getStatus());
            endIfSilentForLong();
            return Readiness.no(reason);
        }
    }

    private void endIfSilentForLong() {
        if (System.nanoTime() - heard <= silence.toNanos()) return;
        if (backend.endSilent()) {
            LOG.warn("{} was silent for {} s, was ended and is started again", backend.name(), silence.toSeconds());
        }
        heard = System.nanoTime();
    }

    private Readiness firstLook() {
        var id = namespaceId();
        if (id.isEmpty()) {
            return Readiness.no(backend.name() + " has no namespace " + namespace
                    + "; create it with: temporal operator namespace create --namespace " + namespace);
        }
        var refusal = admission.refusal(new Namespace(backend.mode(), id, namespace, backend.address()));
        if (!refusal.isEmpty()) {
            return Readiness.refused(refusal);
        }
        admitted = id;
        return backend.prepare(stubs, searchAttributes)
                .map(Readiness::no)
                .orElseGet(() -> Readiness.yes(backend.name() + " answers."));
    }

    /** Also the sign of life; empty when there is no such namespace. */
    private String namespaceId() {
        try {
            var described = stubs.blockingStub()
                    .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
            heard = System.nanoTime();
            return described.getNamespaceInfo().getId();
        } catch (StatusRuntimeException failure) {
            if (failure.getStatus().getCode() == Status.Code.NOT_FOUND) return "";
            throw failure;
        }
    }

    private static String words(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE -> "cannot be reached.";
            case DEADLINE_EXCEEDED -> "does not answer within " + ANSWER.toSeconds() + " seconds.";
            case PERMISSION_DENIED, UNAUTHENTICATED -> "refuses us: " + status.getDescription();
            default -> "answers with an error: " + status.getCode() + " " + status.getDescription();
        };
    }

    private synchronized void remember(Readiness now) {
        if (now.equals(readiness)) return;
        if (now.ready()) LOG.info("{}", now.reason());
        else LOG.warn("{}", now.reason());
        readiness = now;
        notifyAll();
    }

    /** Waits for a look that is under way, so that nothing is started any more afterwards. */
    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
