package dev.changeover.api;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parts of long lists (REQUIREMENTS A3). */
public final class Paging {
    /** So many rows one part of a list has at most. */
    public static final int MOST = 50;

    /** Those of other scripts are no numbers here. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    /** Part of a list: so many are left out, and so many shown. */
    public record Part(int offset, int limit) {}

    private Paging() {}

    /**
     * The parameters {@code offset}, 0 if not said, and {@code limit}.
     *
     * @param unsaid how many are shown if the caller does not say it
     * @throws ApiException as {@link #number}
     */
    public static Part part(@Nullable String offset, @Nullable String limit, int unsaid, int most) {
        return new Part(number("offset", offset, 0, 0, Integer.MAX_VALUE), number("limit", limit, unsaid, 1, most));
    }

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
