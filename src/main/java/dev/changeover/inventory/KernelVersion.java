package dev.changeover.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A version of the proxy software: four numeric parts, compared number by number and shown as it was written
 * (REQUIREMENTS K1). {@code 2.23.06.001} equals {@code 2.23.6.1}.
 */
public final class KernelVersion implements Comparable<KernelVersion> {
    private static final Pattern FOUR_PARTS = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){3}");

    private final String text;
    private final int[] parts;

    private KernelVersion(String text) {
        this.text = text;
        this.parts =
                Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }

    /** @throws IllegalArgumentException if the text is not four numbers separated by dots */
    @JsonCreator
    public static KernelVersion of(String text) {
        if (!FOUR_PARTS.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a kernel version: four numbers separated by dots are needed, like 2.23.06.001"
                            .formatted(text));
        }
        return new KernelVersion(text);
    }

    public boolean isOlderThan(KernelVersion other) {
        return compareTo(other) < 0;
    }

    /** The version without leading zeros: the same text for equal versions. */
    public String numbers() {
        return Arrays.stream(parts).mapToObj(Integer::toString).collect(Collectors.joining("."));
    }

    @Override
    public int compareTo(KernelVersion other) {
        return Arrays.compare(parts, other.parts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KernelVersion version && Arrays.equals(parts, version.parts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(parts);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
