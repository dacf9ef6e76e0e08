package dev.changeover.haproxy.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * To a worker through its master's socket, the only one of its own that a stopping worker still answers on.
 *
 * @param master of the worker
 */
public record ThroughMaster(RuntimeSocket master, long worker) implements RuntimeChannel {

    @Override
    public Answer ask(String command, Consumer<String> line) {
        var isGone = new AtomicBoolean();
        var answer = master.ask(address() + command, next -> {
            if (next.startsWith("Can't find the target PID")) isGone.set(true);
            line.accept(next);
        });
        return answer instanceof Answer.Text && isGone.get() ? new Answer.Refused() : answer;
    }

    /** A master sends the first of several commands on, and obeys the others itself. */
    @Override
    public String separator() {
        return ";" + address();
    }

    private String address() {
        return "@!" + worker + " ";
    }

    @Override
    public String name() {
        return master.path() + " for worker " + worker;
    }
}
