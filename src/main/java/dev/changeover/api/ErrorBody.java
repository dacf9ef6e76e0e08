package dev.changeover.api;

/**
 * The body of every answer from status 400 up (REQUIREMENTS A1).
 *
 * @param errorCode of the published table, like {@code DBS.200001}
 * @param errorMsg a sentence that people can act on
 */
public record ErrorBody(String errorCode, String errorMsg) {}
