package dev.changeover.api.errors;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Optional;

/** What is wrong with bytes that are no request in HTTP, or not one that anybody needs. */
record MalformedRequest(HttpStatus status, String code, String sentence) {

    /** Empty: this is a request. */
    static Optional<MalformedRequest> of(HttpRequest<?> request) {
        return request instanceof NettyHttpRequest<?> received
                ? Optional.ofNullable(
                                received.getNativeRequest().decoderResult().cause())
                        .map(MalformedRequest::of)
                : Optional.empty();
    }

    private static MalformedRequest of(Throwable failure) {
        return switch (failure) {
            case TooLongHttpLineException line ->
                new MalformedRequest(HttpStatus.REQUEST_URI_TOO_LONG, "DBS.280001", "the address is too long");
            case TooLongHttpHeaderException headers ->
                new MalformedRequest(
                        HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "DBS.280001", "the headers are too large");
            default -> new MalformedRequest(HttpStatus.BAD_REQUEST, "DBS.200001", "this is not a request in HTTP");
        };
    }
}
