package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.GenerationDirectory;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All generations of a node at one moment, each of which has answered or has certainly ended.
 *
 * @param live the oldest first
 * @param ended of which only the directory is left
 */
public record GenerationSnapshot(List<Generation.Live> live, List<GenerationDirectory> ended) {

    /** A tree that has just been started, or is just ending, shows itself within this time. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

    /** Fails where something runs that does not answer or cannot be asked: nobody may act on half a picture. */
    static GenerationSnapshot of(RunDirectory run, Poll poll) throws IOException, InterruptedException {
        var looks = new Look[] {Look.at(run)};
        poll.until(ANSWER_TIMEOUT, () -> looks[0].isClear() || (looks[0] = Look.at(run)).isClear());
        var look = looks[0];
        if (!look.unknown().isEmpty()) {
            throw NodeFault.NO_ANSWER.because("nobody knows whether it lives: "
                    + look.unknown().getFirst().why() + "; look at the processes of this generation on the host");
        }
        if (!look.orphans().isEmpty()) {
            throw NodeFault.NOT_SAFE.because(
                    "HAProxy processes %s were started for %s and cannot be asked any more: end them by hand"
                            .formatted(look.orphans(), run.path()));
        }
        return new GenerationSnapshot(look.live(), look.ended());
    }

    private record Look(
            List<Generation.Live> live,
            List<GenerationDirectory> ended,
            List<Generation.Unknown> unknown,
            List<Long> orphans) {

        static Look at(RunDirectory run) throws IOException {
            var all = run.generations();
            return new Look(
                    only(all, Generation.Live.class),
                    only(all, Generation.Dead.class).stream()
                            .map(Generation.Dead::directory)
                            .toList(),
                    only(all, Generation.Unknown.class),
                    run.orphans(all));
        }

        boolean isClear() {
            return unknown.isEmpty() && orphans.isEmpty();
        }

        private static <T extends Generation> List<T> only(List<Generation> all, Class<T> kind) {
            return all.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    /** Those that accept connections. */
    List<Generation.Live> serving() {
        return live.stream().filter(generation -> !generation.stopping()).toList();
    }

    List<Generation.Live> retiring() {
        return live.stream().filter(Generation.Live::stopping).toList();
    }

    /**
     * Whose sockets a new generation takes: the serving one. If a crash left several, all hold the same sockets, and
     * the oldest is the one that was there before.
     */
    Optional<Generation.Live> predecessor(Optional<Generation.Live> next) {
        return serving().stream()
                .filter(live -> !Optional.of(live).equals(next))
                .findFirst();
    }

    /** A generation that an interrupted handover has started already, with the same configuration. */
    Optional<Generation.Live> alreadyServing(String reportedVersion, OperatorConfiguration configuration)
            throws IOException {
        for (var generation : serving().reversed()) {
            if (generation.version().equals(reportedVersion) && runs(generation.directory(), configuration)) {
                return Optional.of(generation);
            }
        }
        return Optional.empty();
    }

    static boolean runs(GenerationDirectory directory, OperatorConfiguration configuration) throws IOException {
        return Files.readString(directory.operatorConfiguration()).equals(configuration.text());
    }
}
