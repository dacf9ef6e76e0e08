package dev.changeover.access;

import dev.changeover.access.LogIn.Busy;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets passwords be looked at in turn, on threads of their own. Argon2 takes a processor and 19 MB and never waits: on
 * the virtual threads of the calls it would hold all their carriers, and every other call with them. Safe for
 * concurrent use.
 */
final class PasswordHashBulkhead {
    /** So many wait at most; each takes its turn of 30 ms or so. */
    static final int WAITING = 20;

    /** How long one waits for those before it. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final ThreadPoolExecutor threads;

    /** @param atOnce fewer than there are processors, where there is more than one */
    PasswordHashBulkhead(int atOnce) {
        var named = Thread.ofPlatform().daemon().name("passwords-", 0).factory();
        threads =
                new ThreadPoolExecutor(atOnce, atOnce, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), named);
        threads.allowCoreThreadTimeOut(true);
    }

    /** On half of this host's processors. */
    static PasswordHashBulkhead ofThisHost() {
        return new PasswordHashBulkhead(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /**
     * Waits for its turn, and for its end.
     *
     * @throws Busy if too many wait already, or it waited too long; then it was not looked at
     */
    <T> T next(Callable<T> check) {
        var task = new FutureTask<>(check);
        try {
            threads.execute(task);
            try {
                return task.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException late) {
                if (threads.remove(task)) {
                    throw new Busy();
                }
                return task.get(); // it has begun
            }
        } catch (RejectedExecutionException full) {
            throw new Busy();
        } catch (InterruptedException ending) {
            threads.remove(task);
            Thread.currentThread().interrupt();
            throw new Busy();
        } catch (ExecutionException failed) {
            throw unchecked(Objects.requireNonNullElse(failed.getCause(), failed));
        }
    }

    int waiting() {
        return threads.getQueue().size();
    }

    boolean isAtWork() {
        return threads.getActiveCount() > 0;
    }

    private static RuntimeException unchecked(Throwable cause) {
        return switch (cause) {
            case RuntimeException ours -> ours;
            case Error grave -> throw grave;
            default -> new IllegalStateException(cause);
        };
    }
}
