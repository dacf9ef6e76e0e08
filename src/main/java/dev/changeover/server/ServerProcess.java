package dev.changeover.server;

import dev.changeover.access.OneTimeToken;
import dev.changeover.agent.AgentWorker;
import dev.changeover.demo.ControlPlaneHandle;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.order.Enrolment;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.upgrade.engine.Upgrades;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A control plane in this process: REST interface, upgrade worker, database. */
public final class ServerProcess implements ControlPlaneHandle {
    private final ApplicationContext context;
    private final EmbeddedServer http;
    private final List<TemporalWorkers> agents = new ArrayList<>();

    private ServerProcess(ApplicationContext context) {
        this.context = context;
        this.http = context.getBean(EmbeddedServer.class);
    }

    /**
     * Starts it; ready, as its health says, as soon as Temporal answers.
     *
     * @param properties win over environment and configuration file
     */
    public static ServerProcess start(Map<String, Object> properties) {
        var context = ApplicationContext.builder()
                .banner(false)
                .deduceEnvironment(false)
                .properties(properties)
                .start();
        try {
            var server = new ServerProcess(context);
            server.http.start();
            return server;
        } catch (RuntimeException failure) {
            context.close();
            throw failure;
        }
    }

    @Override
    public Inventory inventory() {
        return context.getBean(Inventory.class);
    }

    @Override
    public Upgrades upgrades() {
        return context.getBean(Upgrades.class);
    }

    @Override
    public <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public URI api() {
        return http.getURI();
    }

    @Override
    public String temporal() {
        return connection().description();
    }

    @Override
    public Optional<URI> webUi() {
        return connection().webUi().map(URI::create);
    }

    @Override
    public Optional<URI> firstLogIn() {
        return context.getBean(OneTimeToken.class)
                .makeLink()
                .map(token -> URI.create("%s/login#token=%s".formatted(api(), token)));
    }

    @Override
    public String enrolment(String nodeId) {
        return Enrolment.token(context.getBean(OrderSigner.class), nodeId, Instant.now());
    }

    @Override
    public void serve(String taskQueue, NodeActivities agent) {
        agents.add(AgentWorker.start(connection(), taskQueue, agent));
    }

    /** Where it is reached, which Temporal it has, and what to do next. */
    String introduction() {
        var next = !context.getBean(OneTimeToken.class).operatorExists()
                ? "changeover user add NAME --role operator   # on this host: the first operator"
                : inventory().projects().isEmpty()
                        ? "changeover fleet import FILE   # after: changeover login NAME"
                        : "changeover status";
        return "interface  %s%ntemporal   %s%nnext       %s".formatted(api(), temporal(), next);
    }

    /** Waits, it may be for ever, until it may not go on; gives the reason. */
    String awaitRefusal() throws InterruptedException {
        return connection().awaitRefusal();
    }

    private TemporalConnection connection() {
        return context.getBean(TemporalConnection.class);
    }

    @Override
    public void close() {
        agents.forEach(TemporalWorkers::close);
        context.close();
    }
}
