package dev.changeover.api;

import dev.changeover.upgrade.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The body of every answer from status 400 up (REQUIREMENTS A1).
 *
 * @param errorCode of the published table, like {@code DBS.200001}
 * @param errorMsg a sentence that people can act on
 */
public record ErrorBody(String errorCode, String errorMsg) {

    public static ErrorBody of(ErrorCode error, @Nullable String sentence) {
        return new ErrorBody(error.code(), String.valueOf(sentence));
    }
}
