package dev.changeover.node.adoption;

import dev.changeover.haproxy.HandoverLosses;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.configuration.GraceTime;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.node.agent.ConfigurationReview;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What our first generation cannot be told of what the running one knows.
 *
 * @param seen empty for one that cannot be asked
 */
record AdoptionLosses(RunningProxy proxy, OperatorConfiguration file, Optional<HandoverLosses> seen) {

    static AdoptionLosses of(RunningProxy proxy, OperatorConfiguration file) {
        var seen = proxy.api(file.text()).map(api -> new HandoverLosses(api, file, proxy.startedAt()));
        return new AdoptionLosses(proxy, file, seen);
    }

    /** @throws IOException when the running one would cut all sessions once it has stopped accepting */
    void refuseHardStop() throws IOException {
        var limit = file.hardStopAfter().filter(time -> time.compareTo(ConfigurationReview.HARMLESS_HARD_STOP) < 0);
        if (limit.isEmpty()) return;
        throw new IOException(
                "hard-stop-after would let process %d cut all its sessions %d s after it has stopped accepting: take it out of the file, and reload HAProxy"
                        .formatted(proxy.worker(), limit.get().toSeconds()));
    }

    /** @throws IOException when the running one would go on accepting for longer than anybody waits */
    void refuseLongGrace() throws IOException {
        if (GraceTime.of(file).compareTo(ConfigurationReview.LONGEST_GRACE) <= 0) return;
        throw new IOException(
                "grace would let process %d go on accepting for %d s after it was told to stop, and it is waited for %d s at most: take it out of the file, and reload HAProxy"
                        .formatted(
                                proxy.worker(),
                                GraceTime.of(file).toSeconds(),
                                ConfigurationReview.LONGEST_GRACE.toSeconds()));
    }

    /** @throws IOException when clients may go to another server than they belong to */
    void refuseLostStickiness() throws IOException {
        if (seen.isEmpty() && file.isSticky()) {
            throw new IOException(
                    "what the stick tables of process %d hold cannot be read, and clients may go to another server: give it a 'stats socket' of level admin, or accept that with --accept-lost-stickiness"
                            .formatted(proxy.worker()));
        }
        var lost = seen.isPresent() ? seen.get().stickiness() : List.of();
        if (!lost.isEmpty()) {
            throw new IOException(
                    "what the stick tables %s hold is lost, and clients may go to another server: give them a peer on another host that is up, or accept that with --accept-lost-stickiness"
                            .formatted(lost));
        }
    }

    List<String> inSentences() throws IOException {
        if (seen.isPresent()) return seen.get().inSentences();
        var losses = new ArrayList<>(HandoverLosses.of(file));
        losses.add("what was changed at run time in process %d cannot be seen, and is lost".formatted(proxy.worker()));
        return losses;
    }
}
