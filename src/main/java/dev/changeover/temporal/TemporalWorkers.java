package dev.changeover.temporal;

import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of this process. They are started in the background as soon as Temporal is ready, because starting them
 * fails while it is not; once started they find it again by themselves. Not thread-safe before {@link #start}.
 */
public final class TemporalWorkers implements AutoCloseable {
    /** For a queue that many upgrades share: enough pollers that a mass start is not read one by one. */
    public static final WorkerOptions SHARED_QUEUE = WorkerOptions.newBuilder()
            .setMaxConcurrentWorkflowTaskPollers(20)
            .setMaxConcurrentActivityTaskPollers(20)
            .build();

    /**
     * For the queue of one host: heartbeats reach Temporal, and so the progress page, at most every two seconds. Orders come one
     * at a time, so two pollers are plenty: each is a thread here and a call held open there.
     */
    public static final WorkerOptions AGENT_QUEUE = WorkerOptions.newBuilder()
            .setMaxConcurrentActivityTaskPollers(2)
            .setMaxHeartbeatThrottleInterval(Duration.ofSeconds(2))
            .setDefaultHeartbeatThrottleInterval(Duration.ofSeconds(2))
            .build();

    private static final Logger LOG = LoggerFactory.getLogger(TemporalWorkers.class);
    private static final Duration TRY = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration ORDERLY = Duration.ofSeconds(10);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    private final TemporalConnection connection;
    private final WorkflowImplementationOptions workflows;
    private final WorkerFactoryOptions options;
    private final List<Consumer<WorkerFactory>> queues = new ArrayList<>();
    private volatile WorkerFactory factory;
    private Thread starter = starter();
    private String build = "";
    private boolean aside;
    private boolean closed;

    private TemporalWorkers(
            TemporalConnection connection, WorkflowImplementationOptions workflows, WorkerFactoryOptions options) {
        this.connection = connection;
        this.workflows = workflows;
        var own = options.getWorkerInterceptors();
        this.options = WorkerFactoryOptions.newBuilder(options)
                .setWorkerInterceptors(connection.tracing().ofWorkers(own == null ? new WorkerInterceptor[0] : own))
                .build();
        this.factory = WorkerFactory.newInstance(connection.client(), this.options);
    }

    /** Workers as production runs them. */
    public static TemporalWorkers on(TemporalConnection connection) {
        return on(
                connection,
                WorkflowImplementationOptions.getDefaultInstance(),
                WorkerFactoryOptions.getDefaultInstance());
    }

    /**
     * Workers with options of the caller.
     *
     * @param workflows handed to every {@link Registration}
     * @param factory for interceptors, caches and plugins
     */
    public static TemporalWorkers on(
            TemporalConnection connection, WorkflowImplementationOptions workflows, WorkerFactoryOptions factory) {
        return new TemporalWorkers(connection, workflows, factory);
    }

    /** Registers what one queue's worker can do. */
    @FunctionalInterface
    public interface Registration {
        /** Workflow implementations are to be registered with {@code options}. */
        void on(Worker worker, WorkflowImplementationOptions options);
    }

    /** Adds a worker; before {@link #start}. */
    public TemporalWorkers queue(String name, WorkerOptions options, Registration registration) {
        var named = build.isEmpty()
                ? options
                : WorkerOptions.newBuilder(options)
                        .setIdentity(connection.client().getOptions().getIdentity() + " " + build)
                        .build();
        Consumer<WorkerFactory> queue = these -> registration.on(these.newWorker(name, named), workflows);
        queues.add(queue);
        queue.accept(factory);
        return this;
    }

    /** Which build of this program works: histories name it with each of their tasks. Before {@link #queue}. */
    public TemporalWorkers as(String thisBuild) {
        build = thisBuild;
        return this;
    }

    /** Starts them in the background and returns at once; not while they stand aside. */
    public synchronized TemporalWorkers start() {
        if (!aside) starter.start();
        return this;
    }

    /**
     * Ends them as {@link #close} does, so that other processes get every task, or starts them anew; does nothing where
     * that is so already.
     */
    public synchronized void standAside(boolean wanted) {
        if (closed || wanted == aside) return;
        aside = wanted;
        if (wanted) {
            if (starter.getState() == Thread.State.NEW) return;
            stop();
            renew();
        } else {
            starter.start();
        }
    }

    private void renew() {
        factory = WorkerFactory.newInstance(connection.client(), options);
        queues.forEach(queue -> queue.accept(factory));
        starter = starter();
    }

    private Thread starter() {
        return Thread.ofPlatform().name("temporal-workers").daemon().unstarted(this::startWhenReady);
    }

    /** Whether they have started; they stay so while Temporal is away. */
    public boolean running() {
        return factory.isStarted() && !factory.isShutdown();
    }

    private void startWhenReady() {
        try {
            var these = factory;
            while (!startedNow(these)) TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean startedNow(WorkerFactory these) throws InterruptedException {
        if (!connection.awaitReady(TRY).ready()) return false;
        try {
            these.start();
            if (these != factory) these.shutdownNow(); // told meanwhile to stand aside
            return true;
        } catch (RuntimeException failure) { // whatever it is, without workers nothing is done
            LOG.warn("the workers could not be started; trying again: {}", failure.toString());
            these.shutdownNow();
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            startAnew(these);
            return true;
        }
    }

    /** With workers of their own: the SDK takes one whose start has failed for one that has started. */
    private synchronized void startAnew(WorkerFactory failed) {
        if (closed || failed != factory) return;
        renew();
        starter.start();
    }

    /**
     * Lets what runs finish for ten seconds, then interrupts it; Temporal gives it to another worker. Close this before
     * the connection.
     */
    @Override
    public synchronized void close() {
        closed = true;
        stop();
    }

    private void stop() {
        starter.interrupt();
        joinStarter();
        if (!factory.isStarted()) return; // nothing runs, and shutting down would ask a Temporal that may never come
        factory.shutdown();
        factory.awaitTermination(ORDERLY.toMillis(), TimeUnit.MILLISECONDS);
        if (factory.isTerminated()) return;
        factory.shutdownNow();
        factory.awaitTermination(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Starting a factory that is being shut down would throw on the starter's thread. */
    private void joinStarter() {
        try {
            if (starter.isAlive()) starter.join(AT_ONCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
