package dev.changeover.node.haproxy;

import dev.changeover.haproxy.BindAddress;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RuntimeApi;
import dev.changeover.haproxy.Statistics;
import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a new generation must show before anything changes for clients, and what must be true afterwards. */
final class HaproxyProof {

    private static final Duration CHECKS = Duration.ofSeconds(20);
    private static final Duration LOGIN = Duration.ofSeconds(5);
    private static final Duration CONFIRMED = Duration.ofSeconds(5);

    private final HaproxySite site;
    private final OperatorConfiguration configuration;
    private final Poll poll;

    HaproxyProof(HaproxySite site, OperatorConfiguration configuration, Poll poll) {
        this.site = site;
        this.configuration = configuration;
        this.poll = poll;
    }

    /** Both hold the very same listening socket on every address, so that no queued connection belongs to one alone. */
    void sameSockets(Generation.Live next, Optional<Generation.Live> old) throws IOException {
        var sockets = ListeningSockets.now();
        for (var address : configuration.addresses()) {
            var held = sockets.heldBy(next.worker(), address);
            if (held.isEmpty()
                    || old.isPresent() && !held.equals(sockets.heldBy(old.get().worker(), address))) {
                throw NodeFault.SOCKETS_NOT_HANDED_OVER.because(
                        "generation %d did not take over the socket that listens on %s"
                                .formatted(next.number(), address));
            }
        }
    }

    /** Repeats what somebody set at run time, and waits until the new one's own checks say the same of each server. */
    void checksAgree(Generation.Live next, Optional<Generation.Live> old) throws IOException, InterruptedException {
        if (old.isPresent()) {
            var known = next.api().servers();
            for (var server : old.get().api().servers()) {
                if (!known.contains(server)) next.api().set(server);
            }
        }
        if (!poll.until(CHECKS, () -> disagreement(next, old).isEmpty())) {
            throw NodeFault.CHECKS_DISAGREE.because(
                    disagreement(next, old).orElse("the server checks agreed only after the time was up"));
        }
    }

    private Optional<String> disagreement(Generation.Live next, Optional<Generation.Live> old) throws IOException {
        var before = old.isPresent() ? old.get().api().statistics() : new Statistics(List.of());
        for (var server : next.api().statistics().servers()) {
            if (!server.isSettled()) {
                return Optional.of("server %s/%s has not been checked yet".formatted(server.section(), server.name()));
            }
            var known = before.find(server.section(), server.name());
            if (known.isPresent() && known.get().isUp() != server.isUp()) {
                return Optional.of("server %s/%s is '%s' for the old generation and '%s' for the new one"
                        .formatted(server.section(), server.name(), known.get().status(), server.status()));
            }
        }
        return Optional.empty();
    }

    /** Logs in to the database through the new generation's private doors, one for each backend that is up. */
    void databaseAccepts(Generation.Live next) throws IOException {
        var statistics = next.api().statistics();
        var backends = configuration.backends();
        var isUp =
                backends.stream().filter(backend -> isUp(statistics, backend)).toList();
        for (var backend : isUp.isEmpty() ? backends : isUp) {
            var door = UnixDomainSocketAddress.of(next.directory().probeSocket(backends.indexOf(backend) + 1));
            try {
                MysqlLogin.attempt(door, site.checkUser(), LOGIN);
            } catch (IOException e) {
                throw NodeFault.DATABASE_REFUSES.because("no login as %s to backend %s through generation %d: %s"
                        .formatted(site.checkUser(), backend, next.number(), e.getMessage()));
            }
        }
    }

    private static boolean isUp(Statistics statistics, String backend) {
        return statistics.find(backend, "BACKEND").filter(Statistics.Row::isUp).isPresent();
    }

    /** Sessions that the operator's frontends have taken since the worker started. */
    long accepted(Generation.Live generation) throws IOException {
        var statistics = generation.api().statistics();
        return configuration.frontendNames().stream()
                .flatMap(name -> statistics.frontend(name).stream())
                .mapToLong(Statistics.Row::sessionsTotal)
                .sum();
    }

    /** It alone accepts, its worker alone holds the sockets, and what clients open reaches it. */
    void servesAlone(Generation.Live next, long acceptedBefore) throws IOException, InterruptedException {
        var alone = poll.until(CONFIRMED, () -> {
            var observed = GenerationSnapshot.of(site.run(), poll);
            return observed.serving().equals(List.of(now(observed, next))) && holdsAlone(next, observed);
        });
        if (!alone) throw notConfirmed(next);
        if (accepted(next) == acceptedBefore) knock();
        if (!poll.until(CONFIRMED, () -> accepted(next) > acceptedBefore)) {
            throw NodeFault.NOT_VERIFIED.because("generation %d serves, but a login through %s did not reach it"
                    .formatted(next.number(), configuration.addresses()));
        }
    }

    private Generation.Live now(GenerationSnapshot observed, Generation.Live next) {
        return observed.live().stream()
                .filter(live -> live.number() == next.number() && live.worker() == next.worker())
                .findFirst()
                .orElseThrow(() -> NodeFault.START_FAILED.because(
                        "generation %d is gone right after the handover".formatted(next.number())));
    }

    boolean holdsAlone(Generation.Live serving, GenerationSnapshot observed) throws IOException {
        var sockets = ListeningSockets.now();
        for (var address : configuration.addresses()) {
            if (sockets.heldBy(serving.worker(), address).isEmpty()) return false;
            for (var other : observed.retiring()) {
                if (!sockets.heldBy(other.worker(), address).isEmpty()) return false;
            }
        }
        return true;
    }

    private RuntimeException notConfirmed(Generation.Live next) throws IOException {
        var others = site.run().generations().stream()
                .filter(other -> other.number() != next.number())
                .toList();
        return NodeFault.NOT_VERIFIED.because(
                "generation %d does not serve alone %s s after the handover; beside it: %s"
                        .formatted(next.number(), CONFIRMED.toSeconds(), others));
    }

    /** On an idle node nothing shows which generation a client reaches, so we are one. */
    private void knock() {
        for (var address : configuration.addresses()) {
            try {
                MysqlLogin.attempt(client(address), site.checkUser(), LOGIN);
                return;
            } catch (IOException e) {
                // Its frontend may want TLS or a PROXY header first; the connection was counted all the same.
                continue;
            }
        }
    }

    private static InetSocketAddress client(BindAddress address) {
        var host = address.host().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address.host();
        return new InetSocketAddress(host, address.port());
    }

    /**
     * Lets a generation go that has not proven itself. It was accepting connections already, so it is not killed: it
     * stops accepting and ends after its last session.
     */
    void letGo(Generation.Live next) throws IOException, InterruptedException {
        RuntimeApi.stopAccepting(next.master());
        var ended = poll.until(Duration.ofSeconds(2), () -> RunDirectory.hasEnded(next.directory()));
        if (ended) RunDirectory.remove(next.directory());
    }
}
