package dev.changeover.terminal;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Facts about one thing: a name and a value a line. */
public final class Facts {
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final Set<String> coloured = new HashSet<>();

    /** Adds a fact; one without a value is left out. */
    public Facts add(String name, String value) {
        if (!value.isBlank()) {
            facts.put(name, value);
        }
        return this;
    }

    /** The same of a word that says how it is, coloured by that. */
    public Facts status(String name, String word) {
        coloured.add(name);
        return add(name, word);
    }

    public String text(Paint paint) {
        var widest = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        return facts.entrySet().stream()
                .map(fact -> paint.bold(fact.getKey())
                        + " ".repeat(widest + 2 - fact.getKey().length())
                        + (coloured.contains(fact.getKey()) ? paint.word(fact.getValue()) : fact.getValue()))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
