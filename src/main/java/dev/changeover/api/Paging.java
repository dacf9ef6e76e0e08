package dev.changeover.api;

import org.jspecify.annotations.Nullable;

/** Parts of long lists (REQUIREMENTS A3). */
public final class Paging {
    /** So many rows one part of a list has at most. */
    public static final int MOST = 50;

    private Paging() {}

    /**
     * A parameter that is a whole number.
     *
     * @param text what the caller sent; null if nothing
     * @throws ApiException naming the parameter, if it is none or not within the limits
     */
    public static int number(String name, @Nullable String text, int unsaid, int least, int most) {
        if (text == null) {
            return unsaid;
        }
        try {
            var number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException strange) {
            // said below, like a number that is out of range
        }
        throw ApiException.badParameter(
                name, most == Integer.MAX_VALUE ? "0 or more is needed" : "%d to %d is needed".formatted(least, most));
    }
}
