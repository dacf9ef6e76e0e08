package dev.changeover.client;

import org.jspecify.annotations.Nullable;

/** Parameters of a path; their text begins with the question mark. */
public final class Query {
    private final StringBuilder text = new StringBuilder();

    /** Adds a parameter, unless nothing is said of it. */
    public Query and(String name, @Nullable String value) {
        if (value != null) {
            text.append(text.isEmpty() ? '?' : '&').append(name).append('=').append(RestClient.encoded(value));
        }
        return this;
    }

    /** The same for so many of a list, from a place on; this one stays as it is. */
    Query part(int from, int size) {
        var part = new Query();
        part.text.append(text);
        return part.and("offset", String.valueOf(from)).and("limit", String.valueOf(size));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
