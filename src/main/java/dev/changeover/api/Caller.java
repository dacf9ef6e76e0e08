package dev.changeover.api;

import io.micronaut.http.HttpRequest;

/** Who calls, for ledger and events. There are no credentials yet, so all that is known is the address. */
final class Caller {
    private Caller() {}

    static String of(HttpRequest<?> request) {
        var address = request.getRemoteAddress().getAddress();
        return "unauthenticated@" + (address == null ? "unknown" : address.getHostAddress());
    }
}
