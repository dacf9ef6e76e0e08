package dev.changeover.node.adoption;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunTimeState;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.RuntimeSocket;
import dev.changeover.host.Reason;
import dev.changeover.host.SystemCalls;
import dev.changeover.host.UnixSockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What was changed at run time is repeated on the HAProxy that a node is given back to. What goes wrong undoes nothing. */
record StateGoesBack(FormerOwner owner, List<Path> files) {

    /** Lets a generation stop accepting. */
    interface Stop {
        void run() throws IOException, InterruptedException;
    }

    /**
     * A generation that has stopped accepting forgets its stick tables, and until then it answers on the socket of the
     * file, too. So it is repeated before where there is a master to do it through, and else after it.
     *
     * @return why it is lost; empty where it is not
     */
    Optional<String> around(Generation.Live serving, Stop stop) throws IOException, InterruptedException {
        OperatorConfiguration file;
        try {
            file = OperatorConfiguration.read(files);
        } catch (IOException unreadable) {
            stop.run();
            return Optional.of(Reason.of(unreadable));
        }
        var throughMaster = throughMaster(file.text());
        if (throughMaster.isPresent()) {
            var lost = repeat(serving, throughMaster.get(), file);
            stop.run();
            return lost;
        }
        var kept = keep(serving);
        try {
            stop.run();
            return kept.isPresent() ? repeatOnSocket(serving, file) : Optional.of("its own runtime socket is lost");
        } finally {
            kept.ifPresent(SystemCalls::close);
        }
    }

    private Optional<RuntimeApi> throughMaster(String text) {
        try {
            return theirs().filter(it -> it.master().isPresent()).flatMap(it -> it.api(text));
        } catch (IOException unseen) {
            return Optional.empty();
        }
    }

    private Optional<String> repeatOnSocket(Generation.Live serving, OperatorConfiguration file) {
        try {
            var theirs = theirs();
            var socket = theirs.flatMap(it -> it.ownSocket(file.text()));
            if (socket.isEmpty())
                return Optional.of("%s has neither a master nor a 'stats socket' of 'level admin' that answers"
                        .formatted(owner.name()));
            return repeat(serving, new RuntimeApi(socket.get(), theirs.get().worker()), file);
        } catch (IOException unseen) {
            return Optional.of(Reason.of(unseen));
        }
    }

    private static Optional<String> repeat(Generation.Live serving, RuntimeApi to, OperatorConfiguration file) {
        try {
            new RunTimeState(serving).repeatOn(to, file);
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of(Reason.of(failure));
        }
    }

    /** Its worker is the last: a master may hold the sockets for a moment. */
    private Optional<RunningProxy> theirs() throws IOException {
        var found = Optional.<RunningProxy>empty();
        for (var pid : owner.processes()) {
            if (ListeningSockets.areHeldBy(pid)) found = Optional.of(RunningProxy.of(pid));
        }
        return found;
    }

    /**
     * A connection for as long as it is asked: it would end with its last session, or at once where there is none. Empty
     * where it does not answer.
     */
    private static Optional<Integer> keep(Generation.Live serving) {
        try {
            var socket = UnixSockets.connect(serving.directory().statsSocket().path(), RuntimeSocket.ANSWER_TIMEOUT);
            try {
                UnixSockets.send(socket, "prompt\n".getBytes(StandardCharsets.US_ASCII), List.of());
                UnixSockets.receive(socket, 64);
                return Optional.of(socket);
            } catch (IOException lost) {
                SystemCalls.close(socket);
                throw lost;
            }
        } catch (IOException lost) {
            return Optional.empty();
        }
    }
}
