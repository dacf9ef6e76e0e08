package dev.changeover.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Optional;

/** What is wrong with bytes that are no request in HTTP, or not one that anybody needs. */
record Garbled(HttpStatus status, String code, String sentence) {

    /** Empty: this is a request. */
    static Optional<Garbled> of(HttpRequest<?> request) {
        return request instanceof NettyHttpRequest<?> received
                ? Optional.ofNullable(
                                received.getNativeRequest().decoderResult().cause())
                        .map(Garbled::of)
                : Optional.empty();
    }

    private static Garbled of(Throwable failure) {
        return switch (failure) {
            case TooLongHttpLineException line ->
                new Garbled(HttpStatus.REQUEST_URI_TOO_LONG, "DBS.280001", "the address is too long");
            case TooLongHttpHeaderException headers ->
                new Garbled(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "DBS.280001", "the headers are too large");
            default -> new Garbled(HttpStatus.BAD_REQUEST, "DBS.200001", "this is not a request in HTTP");
        };
    }
}
