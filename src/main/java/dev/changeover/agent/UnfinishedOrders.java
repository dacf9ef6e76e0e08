package dev.changeover.agent;

import dev.changeover.host.PrivateFile;
import dev.changeover.temporal.TemporalConnection;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this agent works on, in a file that outlives it. An agent that starts tells Temporal that what an earlier process
 * had begun is not being done any more: Temporal then gives it to the agent again after a second, where it would else wait
 * for a heartbeat's time-out. Every step observes before it acts. Safe for use by many threads.
 *
 * <p>What is done is not taken out of the file before the next order comes: Temporal does not know it any more, and says so.
 */
final class UnfinishedOrders {

    /** What Temporal shows as the reason why a step begins anew. */
    static final String RESTARTED = "AGENT_RESTARTED";

    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedOrders.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Path file;
    private final Set<String> left = new LinkedHashSet<>();
    private final Set<String> working = new LinkedHashSet<>();

    /** Reads what an earlier process has left; nothing where that is damaged. */
    UnfinishedOrders(Path file) throws IOException {
        this.file = file;
        if (Files.notExists(file)) return;
        try {
            for (var line : Files.readAllLines(file)) {
                if (Base64.getDecoder().decode(line).length == 0) throw new IllegalArgumentException("no token");
                left.add(line);
            }
        } catch (IOException | IllegalArgumentException damaged) {
            left.clear();
            PrivateFile.setAside(file, "does not say which orders were begun");
        }
    }

    /** Notes every order while it is carried out. */
    WorkerInterceptor interceptor() {
        return new WorkerInterceptorBase() {
            @Override
            public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
                return new Noted(next);
            }
        };
    }

    private final class Noted extends ActivityInboundCallsInterceptorBase {
        private String token = "";

        Noted(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            token = Base64.getEncoder().encodeToString(context.getTaskToken());
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            begin(token);
            try {
                return super.execute(input);
            } finally {
                end(token);
            }
        }
    }

    private synchronized void begin(String token) {
        working.add(token);
        var all = new ArrayList<>(left);
        all.addAll(working);
        try {
            PrivateFile.write(file, String.join("\n", all) + "\n");
        } catch (IOException full) {
            LOG.warn(
                    "{} cannot be written, so a restart of the agent would hold this order up: {}",
                    file,
                    full.toString());
        }
    }

    private synchronized void end(String token) {
        working.remove(token);
    }

    private synchronized List<String> left() {
        return List.copyOf(left);
    }

    private synchronized void forget(String token) {
        left.remove(token);
    }

    /** Gives back what an earlier process has left, in the background, as soon as Temporal answers. */
    void giveBack(TemporalConnection temporal) {
        if (!left().isEmpty()) {
            Thread.ofPlatform().daemon().name("unfinished-orders").start(() -> giveAllBack(temporal));
        }
    }

    private void giveAllBack(TemporalConnection temporal) {
        try {
            for (List<String> remaining; !(remaining = left()).isEmpty(); ) {
                if (temporal.awaitReady(PAUSE).ready()) for (var token : remaining) giveBack(temporal, token);
                if (!left().isEmpty()) Thread.sleep(PAUSE);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void giveBack(TemporalConnection temporal, String token) {
        var reason = ApplicationFailure.newBuilder()
                .setMessage("the agent was restarted in the middle of this step, which begins anew")
                .setType(RESTARTED)
                .setNextRetryDelay(PAUSE)
                .build();
        try {
            temporal.client()
                    .newActivityCompletionClient()
                    .completeExceptionally(Base64.getDecoder().decode(token), reason);
            LOG.info("an order that an earlier process of this agent had begun is given back, to begin anew");
            forget(token);
        } catch (ActivityNotExistsException done) {
            forget(token);
        } catch (ActivityCompletionException | StatusRuntimeException failure) {
            if (!isUnreachable(failure)) forget(token);
        }
    }

    private static boolean isUnreachable(Throwable failure) {
        var status = failure instanceof StatusRuntimeException ? failure : failure.getCause();
        return status instanceof StatusRuntimeException answer
                && List.of(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED)
                        .contains(answer.getStatus().getCode());
    }
}
