package dev.changeover.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parameters of a query, each as it was sent; what none can be is refused by its name (REQUIREMENTS A3). */
public final class Parameters {
    /** Those of other scripts are no numbers here. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    /**
     * Characters that a terminal would obey instead of show: they could hide a reason, or look like the command line's
     * own words.
     */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private static final int LONGEST_REASON = 500;

    private Parameters() {}

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

    /**
     * A parameter that is true or false: any other word is an error, where a conversion would take it for false.
     *
     * @param value null where it is not given, which is false
     * @throws ApiException 400 for another word
     */
    public static boolean flag(String parameter, @Nullable String value) {
        var isTrue = "true".equals(value);
        if (value != null && !isTrue && !value.equals("false")) {
            throw ApiException.badParameter(parameter, "true or false is needed");
        }
        return isTrue;
    }

    /**
     * A parameter that is one of some words, in any case.
     *
     * @throws ApiException naming the parameter and the words, if it is none of them
     */
    public static <E extends Enum<E>> E constant(String name, Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(one -> one.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () -> ApiException.badParameter(name, "one of " + Arrays.toString(type.getEnumConstants())));
    }

    /**
     * Why somebody does something, for the record.
     *
     * @throws ApiException unless it is a reason that everybody can read
     */
    public static String reason(@Nullable String text) {
        if (text == null || text.isBlank() || text.length() > LONGEST_REASON) {
            throw ApiException.badParameter(
                    "reason", "1 to %d characters that say why are needed".formatted(LONGEST_REASON));
        }
        if (UNSEEN.matcher(text).find()) {
            throw ApiException.badParameter(
                    "reason",
                    "one line without control and format characters is needed: everybody shall see what it says");
        }
        return text;
    }
}
