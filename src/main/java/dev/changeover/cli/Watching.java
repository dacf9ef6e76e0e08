package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.EventFeed;
import dev.changeover.client.Exit;
import dev.changeover.client.Failure.Unreachable;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Paint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Watches one upgrade: asks where it stands whenever something happened, at least once a second. A server that goes
 * away in the middle is waited for, because an upgrade outlives its server.
 */
final class Watching {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LAST_EVENTS = Duration.ofSeconds(3);

    /** Right after a retry was noted the node is still held for a moment. */
    private static final Duration HELD_FOR_GOOD = Duration.ofSeconds(2);

    private final RemoteCommand command;
    private final WatchCommand.Options.Until until;
    private final RestClient server;
    private final String jobId;
    private final LiveView view;
    private final Patience patience;
    private final Patience.Stopwatch held = new Patience.Stopwatch(InstantSource.system());

    Watching(RemoteCommand command, WatchCommand.Options options, RestClient server, String jobId) {
        this.command = command;
        this.until = options.until();
        this.server = server;
        this.patience = new Patience(server);
        this.jobId = jobId;
        this.view = new LiveView(command.out(), command.paint(), Paint.terminal());
    }

    /**
     * Shows the upgrade as it goes on, and how it ends.
     *
     * @return the exit code
     */
    int untilItEnds() {
        var path = ResourcePaths.job(server, jobId);
        try (var feed = new EventFeed(server, path + "/events")) {
            var upgrade = server.get(path);
            while (true) {
                show(upgrade, feed.within(LOOK));
                upgrade = patience.look(path).orElse(upgrade);
                var verdict = Verdict.of(upgrade, until);
                if (verdict.isPresent()) {
                    return end(upgrade, feed, verdict.get());
                }
                if (heldForGood(upgrade)) {
                    return hold(upgrade);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unreachable("stopped while watching job " + jobId, stopped);
        }
    }

    private boolean heldForGood(JsonNode upgrade) {
        if (Verdict.held(upgrade).isEmpty()) {
            held.over();
            return false;
        }
        return held.longerThan(HELD_FOR_GOOD);
    }

    private void show(JsonNode upgrade, List<JsonNode> events) {
        if (!command.json()) {
            view.show(upgrade, events);
        }
    }

    private int end(JsonNode upgrade, EventFeed feed, Verdict verdict) throws InterruptedException {
        if (!command.json()) {
            show(upgrade, feed.rest(LAST_EVENTS));
            view.end(upgrade);
        }
        command.print(upgrade, verdict::sentence);
        return verdict.exit();
    }

    private int hold(JsonNode upgrade) {
        if (!command.json()) {
            view.end(upgrade);
        }
        command.print(upgrade, () -> NextCommands.of(upgrade, NextCommands.permissions(server), command::invocation));
        return Exit.HELD;
    }
}
