package dev.changeover.api;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parts of long lists (REQUIREMENTS A3). */
public final class Paging {
    /** So many rows one part of a list has at most. */
    public static final int MOST = 50;

    /** Those of other scripts are no numbers here. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

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
            var number = DIGITS.matcher(text).matches() ? Integer.parseInt(text) : -1;
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
