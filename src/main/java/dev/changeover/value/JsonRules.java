package dev.changeover.value;

import com.fasterxml.jackson.annotation.JsonInclude;

/** How JSON is written that histories keep. */
public final class JsonRules {
    /** A property that is null is not written; what a map or a list holds is. */
    public static final JsonInclude.Value WITHOUT_NULLS =
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS);

    private JsonRules() {}
}
