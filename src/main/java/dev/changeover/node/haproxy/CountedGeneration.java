package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.driver.Health;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.driver.ProxySession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An adopted process that cannot be asked: what is known of it is what the operating system knows. */
final class CountedGeneration extends ObservedGeneration {

    CountedGeneration(Generation.Live live, BackendProof proof) {
        super(live, proof);
    }

    /** Nobody tells their ages: none of them ever comes of age. */
    @Override
    public List<ProxySession> sessions() throws IOException {
        return clients().stream()
                .map(client -> new ProxySession("", client, Duration.ZERO, State.UNKNOWN, false))
                .toList();
    }

    private List<String> clients() throws IOException {
        try {
            return live.clients();
        } catch (IOException failure) {
            if (RunDirectory.isRunning(live.worker())) throw failure;
            throw new NoAnswerException("process %d has ended".formatted(live.worker()));
        }
    }

    @Override
    public Optional<ProxySession.Details> details(ProxySession session) {
        return Optional.empty();
    }

    @Override
    public boolean close(ProxySession session, ProxySession.Details expected, LastWord lastWord) throws IOException {
        throw new IOException(cannotClose().orElseThrow());
    }

    @Override
    public Optional<String> cannotClose() {
        return Optional.of("process %d has no runtime socket: its sessions are counted, and end by themselves"
                .formatted(live.worker()));
    }

    @Override
    public Health health() {
        return new Health(List.of(), List.of(), 0, 0, 0);
    }

    @Override
    public void proveBackend(String backend) throws IOException {
        throw new IOException("process %d has no private door to backend %s".formatted(live.worker(), backend));
    }

    @Override
    public List<String> lossesAtHandover() {
        return List.of("what was changed at run time in process %d cannot be seen, and is lost at a handover"
                .formatted(live.worker()));
    }
}
