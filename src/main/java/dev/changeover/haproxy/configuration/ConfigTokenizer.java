package dev.changeover.haproxy.configuration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Splits a configuration line as HAProxy does: quotes, backslashes and comments are understood. */
final class ConfigTokenizer {

    private static final Pattern TIME = Pattern.compile("(\\d{1,12})(us|ms|s|m|h|d)?");

    private ConfigTokenizer() {}

    static List<String> of(String line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        var isInWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            var c = line.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                isInWord = true;
            } else if (quote != 0 ? c == quote : c == '"' || c == '\'') {
                quote = quote != 0 ? 0 : c;
                isInWord = true;
            } else if (quote == 0 && c == '#') {
                break;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (isInWord) words.add(word.toString());
                word.setLength(0);
                isInWord = false;
            } else {
                word.append(c);
                isInWord = true;
            }
        }
        if (isInWord) words.add(word.toString());
        return words;
    }

    /** HAProxy's times are milliseconds unless a unit follows; empty when this is none. */
    static Optional<Duration> time(String written) {
        var matcher = TIME.matcher(written);
        if (!matcher.matches()) return Optional.empty();
        var amount = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (String.valueOf(matcher.group(2))) {
                    case "us" -> Duration.ofNanos(amount * 1000);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    case "d" -> Duration.ofDays(amount);
                    default -> Duration.ofMillis(amount);
                });
    }
}
