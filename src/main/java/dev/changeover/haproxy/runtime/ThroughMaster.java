package dev.changeover.haproxy.runtime;

/**
 * To a worker through its master's socket, the only one of its own that a stopping worker still answers on.
 *
 * @param master of the worker
 */
public record ThroughMaster(RuntimeSocket master, long worker) implements RuntimeChannel {

    @Override
    public Answer ask(String command) {
        var answer = master.ask("@!" + worker + " " + command);
        return answer instanceof Answer.Text text && text.text().startsWith("Can't find the target PID")
                ? new Answer.Refused()
                : answer;
    }

    @Override
    public String name() {
        return master.path() + " for worker " + worker;
    }
}
