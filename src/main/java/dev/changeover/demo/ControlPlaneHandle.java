package dev.changeover.demo;

import dev.changeover.inventory.Inventory;
import dev.changeover.node.NodeActivities;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.Upgrades;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A control plane in this process, as the role that starts the demonstration gives it. */
public interface ControlPlaneHandle extends AutoCloseable {

    Inventory inventory();

    Upgrades upgrades();

    /** Another of its parts. */
    <T> T part(Class<T> type);

    /** Where the REST interface listens. */
    URI api();

    /** A page that logs its visitor in as an operator; empty where there is an operator with a password of their own. */
    Optional<URI> firstLogIn();

    /** Which Temporal, and why, in one line. */
    String temporal();

    /** Temporal's Web UI; empty for the in-process server, which has none. */
    Optional<URI> webUi();

    /** A token with which a node's agent is enrolled. */
    String enrolment(String nodeId);

    /** Lets an agent in this process work on a queue. */
    void serve(String taskQueue, NodeActivities agent);

    @Override
    void close();

    /** Starts a control plane that keeps its files in {@code data}. */
    @FunctionalInterface
    interface Starter {
        /** @param more settings, by their property */
        ControlPlaneHandle start(Path data, UpgradeSettings settings, Map<String, Object> more);
    }
}
