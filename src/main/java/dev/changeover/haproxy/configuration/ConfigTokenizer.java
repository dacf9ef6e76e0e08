package dev.changeover.haproxy.configuration;

import java.util.ArrayList;
import java.util.List;

/** Splits a configuration line as HAProxy does: quotes, backslashes and comments are understood. */
final class ConfigTokenizer {

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
}
