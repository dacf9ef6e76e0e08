package dev.changeover.node.agent;

import dev.changeover.host.Reason;
import dev.changeover.node.NodeFault;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.Health;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a new generation must show before anything changes for clients, and what must be true afterwards. */
final class HandOverProof {

    private static final Duration CONFIRMED = Duration.ofSeconds(5);

    /** HAProxy gives its peers 5 s to begin, and two processes of one name take turns at a peer every 2 s. */
    private static final Duration LEARNED = Duration.ofSeconds(20);

    /** A server that nobody checks, and that never answered, gets its share of the logins. */
    private static final int LOGINS = 3;

    private static final Duration LET_GO = Duration.ofSeconds(2);

    private final NodeSite site;
    private final ProxyConfiguration configuration;
    private final Poll poll;

    /** Servers of which the operator wrote something else than before. */
    private Set<String> changed = Set.of();

    HandOverProof(NodeSite site, ProxyConfiguration configuration, Poll poll) {
        this.site = site;
        this.configuration = configuration;
        this.poll = poll;
    }

    /**
     * The new one listens everywhere, with all sockets of the old one where that listens too, so that no queued connection
     * belongs to the old one alone. It may have more of them, as with more {@code shards}.
     */
    void sameSockets(ProxyGeneration next, Optional<ProxyGeneration> old) throws IOException {
        var sockets = site.driver().sockets();
        for (var address : configuration.addresses()) {
            var held = sockets.heldBy(next.process(), address);
            var before = old.isPresent() ? sockets.heldBy(old.get().process(), address) : Set.<Long>of();
            // Nobody held it before where the changed file has one more address.
            if (held.isEmpty() || !held.containsAll(before)) {
                throw NodeFault.SOCKETS_NOT_HANDED_OVER.because(
                        notHandedOver(next, ProxyConfiguration.written(address), held, before));
            }
        }
    }

    private static String notHandedOver(ProxyGeneration next, String address, Set<Long> held, Set<Long> before) {
        var taken = before.stream().filter(held::contains).count();
        if (taken == 0) {
            return "generation %d did not take over the socket that listens on %s".formatted(next.number(), address);
        }
        return ("generation %d took over %d of the %d sockets that listen on %s, and clients that wait at the others would"
                        + " fail: let nbthread, 'shards' and the number of 'bind' lines of an address be what they were, or"
                        + " more")
                .formatted(next.number(), taken, before.size(), address);
    }

    /** Repeats on the new one what was changed at run time in the old one. */
    void repeatRunTimeState(ProxyGeneration next, Optional<ProxyGeneration> old) throws IOException {
        if (old.isPresent()) changed = site.driver().repeatRunTimeState(old.get(), next);
    }

    /** Waits until it knows to which server clients go, where only other hosts can tell it. */
    void stickinessIsKnown(ProxyGeneration next, Optional<ProxyGeneration> old)
            throws IOException, InterruptedException {
        if (old.isEmpty()) return;
        var learning = site.driver().learning(old.get(), next);
        if (!poll.until(LEARNED, () -> learning.lack().isEmpty())) {
            throw NodeFault.STICKINESS_NOT_LEARNED.because(
                    "generation %d does not know where clients belong after %d s: %s"
                            .formatted(
                                    next.number(),
                                    LEARNED.toSeconds(),
                                    learning.lack().orElse("it knows it only now")));
        }
    }

    /** Waits until the new one's own checks say the same of each server whose line is the same. */
    void checksAgree(ProxyGeneration next, Optional<ProxyGeneration> old) throws IOException, InterruptedException {
        if (!poll.until(
                configuration.checkedWithin(), () -> disagreement(next, old).isEmpty())) {
            throw NodeFault.CHECKS_DISAGREE.because(
                    disagreement(next, old).orElse("the server checks agreed only after the time was up"));
        }
    }

    private Optional<String> disagreement(ProxyGeneration next, Optional<ProxyGeneration> old) throws IOException {
        var before = old.isPresent() ? old.get().health().servers() : List.<Health.Server>of();
        for (var server : next.health().servers()) {
            if (!server.isSettled()) return Optional.of("server %s has not been checked yet".formatted(server.name()));
            for (var known : before) {
                if (known.name().equals(server.name())
                        && !changed.contains(server.name())
                        && known.isUp() != server.isUp()) {
                    return Optional.of("server %s is '%s' for the old generation and '%s' for the new one"
                            .formatted(server.name(), known.status(), server.status()));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Logs in to the database through exactly this generation, once for each backend that is up. One that speaks another
     * protocol is proven by its checks, and stands for no database that is down.
     */
    void databaseAccepts(ProxyGeneration next) throws IOException {
        var backends = new ArrayList<>(configuration.backends());
        backends.removeAll(configuration.withoutLogin());
        var isUp = next.health().backends().stream()
                .filter(backend -> backend.isUp() && backends.contains(backend.name()))
                .map(Health.Backend::name)
                .toList();
        for (var backend : isUp.isEmpty() ? backends : isUp) {
            logIn(next, backend, LOGINS);
        }
    }

    private void logIn(ProxyGeneration next, String backend, int tries) {
        try {
            next.proveBackend(backend);
        } catch (IOException e) {
            if (tries > 1) {
                logIn(next, backend, tries - 1);
                return;
            }
            throw NodeFault.DATABASE_REFUSES.because("no login as %s to backend %s through generation %d: %s"
                    .formatted(site.configuration().checkUser(), backend, next.number(), Reason.of(e)));
        }
    }

    /**
     * It alone accepts, and its process alone holds the sockets, so that what clients open can reach nobody else. Where
     * nobody came since, we log in through a public address; one that lets us in must lead to it.
     */
    void servesAlone(ProxyGeneration next, long acceptedBefore) throws IOException, InterruptedException {
        var limit = CONFIRMED.plus(acceptsOn(next));
        if (!poll.until(limit, () -> isAlone(next, site.observe(poll)))) throw notConfirmed(next, limit);
        if (next.health().accepted() > acceptedBefore || !knock()) return;
        if (!poll.until(CONFIRMED, () -> next.health().accepted() > acceptedBefore)) {
            throw NodeFault.NOT_VERIFIED.because("generation %d serves, but a login through %s did not reach it"
                    .formatted(next.number(), addresses()));
        }
    }

    /** How long the others go on accepting although they were told to stop. */
    private Duration acceptsOn(ProxyGeneration next) throws IOException, InterruptedException {
        var longest = Duration.ZERO;
        for (var other : site.observe(poll).live()) {
            if (other.isSame(next)) continue;
            var its = other.configuration().acceptsOn();
            if (its.compareTo(longest) > 0) longest = its;
        }
        return longest.compareTo(ConfigurationReview.LONGEST_GRACE) < 0 ? longest : ConfigurationReview.LONGEST_GRACE;
    }

    private boolean isAlone(ProxyGeneration next, GenerationSnapshot observed) throws IOException {
        if (observed.live().stream().noneMatch(next::isSame)) {
            throw NodeFault.START_FAILED.because(
                    "generation %d is gone right after the handover".formatted(next.number()));
        }
        var serving = observed.serving();
        return serving.size() == 1 && serving.getFirst().isSame(next) && holdsAlone(next, observed);
    }

    boolean holdsAlone(ProxyGeneration serving, GenerationSnapshot observed) throws IOException {
        var sockets = site.driver().sockets();
        for (var address : configuration.addresses()) {
            if (sockets.heldBy(serving.process(), address).isEmpty()) return false;
            for (var other : observed.retiring()) {
                if (!sockets.heldBy(other.process(), address).isEmpty()) return false;
            }
        }
        return true;
    }

    private RuntimeException notConfirmed(ProxyGeneration next, Duration limit) throws IOException {
        var others = site.driver().observe().live().stream()
                .filter(other -> other.number() != next.number())
                .map(other ->
                        "generation %d, %s".formatted(other.number(), other.isAccepting() ? "accepting" : "retiring"))
                .toList();
        return NodeFault.NOT_VERIFIED.because(
                "generation %d does not serve alone %s s after the handover; beside it: %s"
                        .formatted(next.number(), limit.toSeconds(), others));
    }

    /** Whether a public address lets us in; its frontend may want TLS, a PROXY header, or a source that is not ours. */
    private boolean knock() {
        for (var address : configuration.addresses()) {
            try {
                var reachable = reachable(address);
                if (reachable.isEmpty()) continue;
                site.driver().knock(reachable.get());
                return true;
            } catch (IOException notUs) {
                continue;
            }
        }
        return false;
    }

    /** Empty for an address that this host does not have now: whoever answers there is another one. */
    private static Optional<InetSocketAddress> reachable(InetSocketAddress address) throws IOException {
        var host = address.getAddress();
        if (host.isAnyLocalAddress()) host = InetAddress.getByName(host instanceof Inet6Address ? "::1" : "127.0.0.1");
        var isOurs = host.isLoopbackAddress() || NetworkInterface.getByInetAddress(host) != null;
        return isOurs ? Optional.of(new InetSocketAddress(host, address.getPort())) : Optional.empty();
    }

    List<String> addresses() {
        return configuration.addresses().stream()
                .map(ProxyConfiguration::written)
                .toList();
    }

    /**
     * Lets a generation go that has not proven itself. It was accepting connections already, so it is not killed: it
     * stops accepting and ends after its last session.
     */
    void letGo(ProxyGeneration next) throws IOException, InterruptedException {
        try {
            site.retiredByHand().add(next.number());
        } finally {
            // Without the mark its sessions are not closed by age; that is the lesser evil on a full disk.
            next.stopAccepting();
        }
        var ended = poll.until(LET_GO, () -> site.driver().hasEnded(next.number()));
        if (ended) site.clear(List.of(next.number()));
    }
}
