package dev.changeover.campaign;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Some of many: {@code 20}, {@code 10%}, or the {@code rest}. Goes through JSON as its text. */
public record Amount(int number, Unit unit) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,7})(%?)");

    public enum Unit {
        COUNT,
        PERCENT,
        REST
    }

    /** @throws IllegalArgumentException if it is none of the three */
    @JsonCreator
    public static Amount of(String text) {
        if (text.equals("rest")) {
            return new Amount(0, Unit.REST);
        }
        var parts = TEXT.matcher(text);
        var isPercent = parts.matches() && !parts.group(2).isEmpty();
        var number = parts.matches() ? Integer.parseInt(parts.group(1)) : -1;
        if (number < 0 || isPercent && number > 100) {
            throw new IllegalArgumentException(
                    "'%s' is no number, no percentage up to 100%%, and not rest".formatted(text));
        }
        return new Amount(number, isPercent ? Unit.PERCENT : Unit.COUNT);
    }

    /** How many that is of a whole; a percentage is rounded down. */
    public int of(int whole) {
        return switch (unit) {
            case COUNT -> number;
            case PERCENT -> (int) ((long) whole * number / 100);
            case REST -> whole;
        };
    }

    @JsonValue
    @Override
    public String toString() {
        return switch (unit) {
            case COUNT -> String.valueOf(number);
            case PERCENT -> number + "%";
            case REST -> "rest";
        };
    }
}
