package dev.changeover.campaign.plan;

import static java.util.Comparator.comparing;

import dev.changeover.campaign.Amount;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.Refused.Why;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.plan.Candidates.Candidate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;

/** Which proxies are in which wave. */
final class Waves {
    private Waves() {}

    /** Who is in which wave: early rings first, otherwise spread over projects by chance that is always the same. */
    static List<List<Candidate>> of(Strategy strategy, List<Candidate> all, String salt) {
        var waiting = new ArrayList<>(all);
        waiting.sort(comparing(Candidate::ring)
                .thenComparing(candidate -> id(salt, candidate.proxyId()))
                .thenComparing(Candidate::proxyId));
        var waves = new ArrayList<List<Candidate>>();
        for (var wave : strategy.waves()) {
            var quota = wave.size().of(all.size());
            if (wave.size().unit() == Amount.Unit.PERCENT && wave.size().number() > 0) quota = Math.max(1, quota);
            var taken = waiting.stream()
                    .filter(candidate -> matches(wave, candidate))
                    .limit(quota)
                    .toList();
            waiting.removeAll(new HashSet<>(taken));
            waves.add(taken);
        }
        if (!waiting.isEmpty()) {
            throw new Refused(
                    Why.WRONG,
                    "waves: they do not add up: %d of %d proxies are in none; end with a wave of the rest"
                            .formatted(waiting.size(), all.size()));
        }
        while (waves.getLast().isEmpty()) {
            waves.removeLast();
        }
        return waves;
    }

    private static boolean matches(Strategy.Wave wave, Candidate candidate) {
        return (wave.region() == null || wave.region().equals(candidate.region()))
                && (wave.project() == null || wave.project().equals(candidate.projectId()))
                && (wave.ring() == null || wave.ring() == candidate.ring());
    }

    /** The id of a proxy in a campaign: always the same, and otherwise by chance. */
    static String id(String campaign, String proxyId) {
        return UUID.nameUUIDFromBytes((campaign + "\n" + proxyId).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
