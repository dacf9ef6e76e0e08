package dev.changeover.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Where a demonstration is played.
 *
 * @param directory for everything it writes but its report; short enough for unix sockets below it
 * @param starter of the control plane
 * @param interrupted makes it end soon, as after Ctrl-C
 */
public record DemoStage(Path directory, ControlPlaneHandle.Starter starter, Screen screen, CountDownLatch interrupted) {

    /** A control plane whose days are seconds. */
    ControlPlaneHandle start(Map<String, Object> more) {
        return starter.start(directory.resolve("server"), DemoScript.SHORT.settings(), more);
    }

    /**
     * Says what there is, and lets the agents work.
     *
     * @param keep whether somebody means to look at it
     */
    void introduce(Database database, DemoNodes nodes, ControlPlaneHandle product, boolean keep) throws IOException {
        say("database", database.words());
        say("nodes", nodes.words());
        say("temporal", product.temporal());
        product.webUi().ifPresent(page -> say("", "its Web UI: " + page));
        say("interface", product.api());
        if (keep) {
            sayLogIn(product);
        }
        for (var node : nodes.nodes()) {
            product.serve(node.queue(), node.enrolled(product.enrolment(node.id())));
        }
    }

    void say(String what, Object words) {
        screen.say("%-12s %s".formatted(what, words));
    }

    /** @throws InterruptedException if it is interrupted, with what it was doing */
    void pause(Duration time, String doing) throws InterruptedException {
        if (interrupted.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("stopped while " + doing);
        }
    }

    /** Everything stays up, to be looked at, until it is interrupted. */
    void stayUp(ControlPlaneHandle product) throws InterruptedException {
        screen.say("\nEverything stays up. Ctrl-C ends it.");
        sayLogIn(product);
        interrupted.await();
    }

    private void sayLogIn(ControlPlaneHandle product) {
        product.firstLogIn().ifPresent(page -> say("log in", page));
    }
}
