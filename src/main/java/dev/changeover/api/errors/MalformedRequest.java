package dev.changeover.api.errors;

import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Optional;

/** The fault of bytes that are not a request in HTTP, or not a useful one. */
record MalformedRequest(ErrorCode error, String sentence) {

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
                new MalformedRequest(ErrorCode.ADDRESS_TOO_LONG, "the address is too long");
            case TooLongHttpHeaderException headers ->
                new MalformedRequest(ErrorCode.HEADERS_TOO_LARGE, "the headers are too large");
            default -> new MalformedRequest(ErrorCode.WRONG_PARAMETER, "this is not a request in HTTP");
        };
    }
}
