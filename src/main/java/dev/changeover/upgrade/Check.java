package dev.changeover.upgrade;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The verdict of one precheck.
 *
 * @param detail the value that decided it; empty where the sentence says all
 */
public record Check(Blocker blocker, boolean passed, String detail) {

    public static Check of(Blocker blocker, boolean passed, String detail) {
        return new Check(blocker, passed, detail);
    }

    @JsonIgnore
    public String sentence() {
        return (passed ? blocker.question() : blocker.sentence()) + (detail.isEmpty() ? "" : ": " + detail);
    }

    /** Those that speak against the upgrade. */
    public static List<Check> failed(List<Check> checks) {
        return checks.stream().filter(check -> !check.passed()).toList();
    }

    public static String sentences(List<Check> checks) {
        return checks.stream().map(Check::sentence).collect(Collectors.joining("; "));
    }
}
