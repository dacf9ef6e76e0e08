package dev.changeover.api;

/** The body of every answer from status 400 up (REQUIREMENTS A1). */
record ErrorBody(String errorCode, String errorMsg) {}
