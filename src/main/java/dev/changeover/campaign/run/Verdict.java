package dev.changeover.campaign.run;

import dev.changeover.campaign.Member.State;
import java.util.EnumMap;
import java.util.Map;

/** Whether a wave has shown that the next may follow; decided on how its members stand. */
record Verdict(Kind kind, String sentence) {
    enum Kind {
        PASSED,
        /** Too many have failed or are held: the campaign ends. */
        FAILED,
        /** Nothing speaks against it, but too little for it: a person decides. */
        UNKNOWN
    }

    /** A wave, by its members' states. */
    record Wave(int stage, int tolerated, Map<State, Integer> members) {
        Wave {
            var copy = new EnumMap<State, Integer>(State.class);
            copy.putAll(members);
            members = copy;
        }

        int in(State... states) {
            var many = 0;
            for (var state : states) many += members.getOrDefault(state, 0);
            return many;
        }

        int size() {
            return members.values().stream().mapToInt(Integer::intValue).sum();
        }

        int bad() {
            return in(State.FAILED, State.HELD);
        }

        /** Whether none is left to wait for. */
        boolean isThrough() {
            return members.entrySet().stream().allMatch(each -> each.getKey().isThrough() || each.getValue() == 0);
        }

        boolean isBroken() {
            return bad() > tolerated;
        }
    }

    /** Half of those that could be upgraded have to have been. */
    static Verdict of(Wave wave) {
        if (wave.isBroken()) {
            return new Verdict(Kind.FAILED, failed(wave));
        }
        if (wave.size() == 0) {
            return new Verdict(Kind.PASSED, "nobody is in wave " + wave.stage());
        }
        var done = wave.in(State.DONE);
        var could = wave.size() - wave.in(State.NEEDS_OPERATOR, State.CANCELLED);
        return done > 0 && 2 * done >= could
                ? new Verdict(Kind.PASSED, "%d of %d are done".formatted(done, wave.size()))
                : new Verdict(
                        Kind.UNKNOWN,
                        "only %d of the %d in wave %d are done: whether the next may follow is for a person to say"
                                .formatted(done, wave.size(), wave.stage()));
    }

    private static String failed(Wave wave) {
        return "%d of the %d in wave %d have failed or are held, and %d are tolerated"
                .formatted(wave.bad(), wave.size(), wave.stage(), wave.tolerated());
    }
}
