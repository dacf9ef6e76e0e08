package dev.changeover.haproxy.configuration;

import java.time.Duration;
import java.util.Comparator;

/** How long HAProxy goes on accepting after it was told to stop. */
public final class GraceTime {
    private GraceTime() {}

    /**
     * As {@code global} says, before 2.5 any section that accepts; the longest, whatever the conditions of the file are.
     */
    public static Duration of(OperatorConfiguration file) {
        return file.sections().stream()
                .flatMap(section -> section.values("grace"))
                .flatMap(words -> ConfigTokenizer.time(file.variables().expand(words.getFirst())).stream())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
