package dev.changeover.terminal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Facts about one thing: a name and a value a line. */
public final class Facts {
    private final Map<String, String> facts = new LinkedHashMap<>();

    /** Adds a fact; one without a value is left out. */
    public Facts add(String name, String value) {
        if (!value.isBlank()) {
            facts.put(name, value);
        }
        return this;
    }

    public String text(Paint paint) {
        var widest = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        return facts.entrySet().stream()
                .map(fact -> paint.bold(fact.getKey())
                        + " ".repeat(widest + 2 - fact.getKey().length())
                        + paint.word(fact.getValue()))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
