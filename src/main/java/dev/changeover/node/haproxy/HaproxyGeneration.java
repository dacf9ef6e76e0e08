package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.HandoverLosses;
import dev.changeover.haproxy.KnownServers;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.runtime.Session;
import dev.changeover.haproxy.runtime.SessionDetails;
import dev.changeover.haproxy.runtime.Statistics;
import dev.changeover.haproxy.runtime.UnansweredException;
import dev.changeover.host.HostRoom;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.driver.Health;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.ProxySession;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Optional;

/** One master with its worker. */
final class HaproxyGeneration extends ObservedGeneration {

    HaproxyGeneration(Generation.Live live, BackendProof proof) {
        super(live, proof);
    }

    Generation.Live live() {
        return live;
    }

    /** What a successor with that file must know of its servers before it accepts. */
    static KnownServers knownServers(Optional<ProxyGeneration> old, OperatorConfiguration next) throws IOException {
        return old.isPresent() && old.get() instanceof HaproxyGeneration known
                ? answered(() -> KnownServers.of(known.live, next))
                : KnownServers.NONE;
    }

    @Override
    public List<ProxySession> sessions() throws IOException {
        var file = operatorConfiguration();
        return answered(() -> live.api().sessions()).stream()
                .filter(session -> file.isForClients(session.frontend()))
                .map(session -> new ProxySession(
                        session.id(), session.source(), session.age(), State.UNKNOWN, session.isQuiet()))
                .toList();
    }

    @Override
    public Optional<ProxySession.Details> details(ProxySession session) throws IOException {
        return answered(() -> live.api().details(listed(session)))
                .map(found -> new ProxySession.Details(found.number(), found.from(), found.to()));
    }

    @Override
    public boolean close(ProxySession session, ProxySession.Details expected, LastWord lastWord) throws IOException {
        var known = new SessionDetails(session.client(), expected.number(), expected.from(), expected.to());
        return answered(() -> live.api().shutdown(listed(session), known, lastWord::isYes));
    }

    /** What HAProxy is asked about a session by. */
    private static Session listed(ProxySession session) {
        return new Session(session.handle(), session.client(), "", session.age(), session.isQuiet());
    }

    @Override
    public Health health() throws IOException {
        var file = operatorConfiguration();
        var statistics = answered(() -> live.api().statistics());
        var servers = statistics.servers();
        return new Health(
                servers.stream()
                        .map(row -> new Health.Server(
                                row.section() + "/" + row.name(), row.isSettled(), row.isUp(), row.status()))
                        .toList(),
                statistics.rows().stream()
                        .filter(row -> row.name().equals("BACKEND"))
                        .map(row -> new Health.Backend(
                                row.section(), row.isUp(), row.status().startsWith("DOWN")))
                        .toList(),
                servers.stream().mapToLong(Statistics.Row::errors).sum(),
                servers.stream().mapToLong(Statistics.Row::sessionsTotal).sum(),
                statistics.rows().stream()
                        .filter(row -> row.isFrontend() && file.isForClients(row.section()))
                        .mapToLong(Statistics.Row::sessionsTotal)
                        .sum());
    }

    @Override
    public void proveBackend(String backend) throws IOException {
        var configuration = operatorConfiguration();
        var number = configuration.backends().indexOf(backend) + 1;
        var door = UnixDomainSocketAddress.of(live.directory().probeSocket(number));
        var before = denied(number);
        try {
            proof.logIn(configuration, backend, door);
        } catch (IOException e) {
            // By a rule of the backend, such as one about the address of a client: we have none, and no database said
            // no.
            if (denied(number) == before) throw e;
        }
    }

    /** How often a rule refused what came through a door, through which nobody comes but we. */
    private long denied(int door) throws IOException {
        return answered(() -> live.api().statistics())
                .find(OperatorConfiguration.DOOR + "_" + door, "FRONTEND")
                .map(Statistics.Row::denied)
                .orElse(0L);
    }

    @Override
    public List<String> lossesAtHandover() throws IOException {
        return HandoverLosses.of(live, operatorConfiguration()).inSentences();
    }

    @Override
    public List<String> lostStickiness() throws IOException {
        return HandoverLosses.of(live, operatorConfiguration()).stickiness();
    }

    @Override
    public Optional<String> lackOfRoom() {
        return HostRoom.lack(live.worker());
    }

    /** A question to HAProxy. */
    interface Question<T> {
        T ask() throws IOException;
    }

    /** In the port's word for no answer. */
    static <T> T answered(Question<T> question) throws IOException {
        try {
            return question.ask();
        } catch (UnansweredException e) {
            throw new NoAnswerException(String.valueOf(e.getMessage()));
        }
    }
}
