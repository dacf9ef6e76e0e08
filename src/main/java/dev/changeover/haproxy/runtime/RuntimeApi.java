package dev.changeover.haproxy.runtime;

import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Questions and commands to one worker. Safe for use by many threads.
 *
 * @param channel to the worker
 */
public record RuntimeApi(RuntimeChannel channel, long worker) {

    /** @throws UnansweredException when the tree has ended or does not answer in time */
    public List<Session> sessions() throws UnansweredException {
        return Session.parse(worker("show sess"));
    }

    /** @throws UnansweredException when the tree has ended or does not answer in time */
    public Statistics statistics() throws UnansweredException {
        return Statistics.parse(worker("show stat"));
    }

    /** Every server, with the state that the configuration or somebody at run time gave it. */
    public List<ServerState> servers() throws UnansweredException {
        return ServerState.parse(worker("show servers state"));
    }

    /** Servers whose weight is not the configuration's, as {@code backend/server}. */
    public List<String> reweighted() throws UnansweredException {
        return ServerState.reweighted(worker("show servers state"));
    }

    public List<StickTable> stickTables() throws UnansweredException {
        return StickTable.parse(worker("show table"));
    }

    /** The maps and lists that were loaded from files. */
    public List<PatternFile> patternFiles() throws UnansweredException {
        var all = new ArrayList<PatternFile>();
        for (var kind : List.of("map", "acl")) all.addAll(PatternFile.parse(kind, worker("show " + kind)));
        return all;
    }

    /** Whether a worker that starts now would know other entries than this one; also when nobody can tell. */
    public boolean differsFromFile(PatternFile list) throws UnansweredException {
        var loaded = PatternFile.entries(worker("show %s %s".formatted(list.kind(), list.file())));
        var directory = Path.of("/proc", Long.toString(worker), "cwd");
        return list.fileEntries(directory).filter(loaded::equals).isEmpty();
    }

    /** The details of this session; empty when it is gone, or its pointer belongs to another client now. */
    public Optional<SessionDetails> details(Session session) throws UnansweredException {
        return SessionDetails.parse(worker("show sess " + session.id()))
                .filter(details -> details.source().equals(session.source()));
    }

    /** The last word before a session is closed. */
    public interface LastWord {
        boolean isYes() throws IOException;
    }

    /**
     * Closes one session, if it is still the one that was listed: the pointer in its id may have been given to another
     * client meanwhile, so client and number are compared right before.
     *
     * @param expected what was known of the session
     * @param lastWord asked after the comparison, when nothing but the command itself is left to do
     * @return whether a session was closed; false when it had already gone, or the last word was no
     * @throws UnansweredException when the tree has ended, as it does with its last session, or does not answer
     * @throws IOException when HAProxy would not close it; the message says why
     */
    public boolean shutdown(Session session, SessionDetails expected, LastWord lastWord) throws IOException {
        if (details(session).filter(expected::isSame).isEmpty() || !lastWord.isYes()) return false;
        var answer = worker("shutdown session " + session.id());
        if (answer.isBlank()) return true;
        if (answer.startsWith("No such session")) return false;
        throw new IOException("worker " + worker + " would not close a session: " + answer.strip());
    }

    /** Repeats on this worker what was set at run time on another one. */
    public void set(ServerState server) throws UnansweredException {
        var answer = worker("set server " + server.backend() + "/" + server.server() + " state " + server.state());
        if (!answer.isBlank()) {
            throw new UnansweredException("worker %d would not set %s/%s to %s: %s"
                    .formatted(worker, server.backend(), server.server(), server.state(), answer.strip()));
        }
    }

    /**
     * Lets a master or a worker stop accepting and keep its sessions. Repeating it is harmless.
     * {@code ProcessHandle.destroy} would cut them.
     */
    public static void stopAccepting(long pid) throws IOException, InterruptedException {
        // The shell's own kill: the program of that name is missing on a minimal system.
        var kill = ProgramRun.in(Path.of("/"), "/bin/sh", "-c", "kill -USR1 \"$0\"", Long.toString(pid))
                .run();
        if (!kill.succeeded()) throw new IOException("kill -USR1 " + pid + ": " + kill.output());
    }

    private String worker(String command) throws UnansweredException {
        return channel.demand(command);
    }
}
