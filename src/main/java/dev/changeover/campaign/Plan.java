package dev.changeover.campaign;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a campaign would do, before anybody is told: its members with their waves and times.
 *
 * @param campaign as it would be planned
 * @param waves each with how many it has, and when its first and last upgrade begins
 */
public record Plan(Campaign campaign, List<Member> members, List<Wave> waves) {
    public Plan {
        members = List.copyOf(members);
        waves = List.copyOf(waves);
    }

    /** One wave of it. Its times are those that are expected if nothing delays the waves before it. */
    public record Wave(int stage, int members, int needsOperator, Optional<Instant> first, Optional<Instant> last) {}

    public static List<Wave> waves(List<Member> members, int count) {
        return java.util.stream.IntStream.rangeClosed(1, count)
                .mapToObj(stage -> wave(
                        stage,
                        members.stream()
                                .filter(member -> member.stage() == stage)
                                .toList()))
                .toList();
    }

    private static Wave wave(int stage, List<Member> members) {
        var times =
                members.stream().map(Member::executeAt).filter(Objects::nonNull).toList();
        return new Wave(
                stage,
                members.size(),
                (int) members.stream()
                        .filter(member -> member.state() == Member.State.NEEDS_OPERATOR)
                        .count(),
                times.stream().min(Comparator.naturalOrder()),
                times.stream().max(Comparator.naturalOrder()));
    }

    /** When the last upgrade is expected to begin; empty where none can. */
    public Optional<Instant> last() {
        return waves.stream().flatMap(wave -> wave.last().stream()).max(Comparator.naturalOrder());
    }
}
