package dev.changeover.api.upgrades;

import dev.changeover.api.ApiException;
import org.jspecify.annotations.Nullable;

/** A parameter that is true or false: any other word is an error, where a conversion would take it for false. */
final class Flag {
    private Flag() {}

    /**
     * @param value null where it is not given, which is false
     * @throws ApiException 400 for another word
     */
    static boolean of(String parameter, @Nullable String value) {
        var isTrue = "true".equals(value);
        if (value != null && !isTrue && !value.equals("false")) {
            throw ApiException.badParameter(parameter, "true or false is needed");
        }
        return isTrue;
    }
}
