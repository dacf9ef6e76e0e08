package dev.changeover.api.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Puts parts of an OpenAPI document into one another. */
final class Fragments {
    private Fragments() {}

    /**
     * Adds what is not there, and replaces what is: objects field by field, all else as a whole. A null takes something
     * away; a reference stands for all that was in its place.
     */
    static void merge(ObjectNode into, ObjectNode fragment) {
        if (fragment.has("$ref")) {
            into.removeAll();
        }
        fragment.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                into.remove(field.getKey());
            } else if (field.getValue() instanceof ObjectNode inner) {
                var old = into.get(field.getKey());
                merge(old instanceof ObjectNode object ? object : into.putObject(field.getKey()), inner);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        });
    }
}
