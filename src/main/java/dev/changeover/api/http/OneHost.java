package dev.changeover.api.http;

import dev.changeover.api.ApiException;
import dev.changeover.api.FilterOrder;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/**
 * A request says once for which host it is; HTTP/1.0 need not (RFC 9112, section 3.2). One whose address cannot be read has
 * said it in vain, and is told of its address.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(FilterOrder.ONE_HOST)
final class OneHost {
    @RequestFilter
    void refuseNoneAndTwo(HttpRequest<?> request) {
        if (hasNothing(request)) {
            throw new ApiException(
                    ErrorCode.WRONG_PARAMETER,
                    "the address is no URI: mind its escapes; or the request is for / and has no header");
        }
        var hosts = request.getHeaders().getAll(HttpHeaders.HOST).size();
        if (hosts > 1 || (hosts == 0 && !isOld(request))) {
            throw new ApiException(ErrorCode.WRONG_PARAMETER, "Host: exactly one is needed, not %d".formatted(hosts));
        }
    }

    /** The web server puts a request for / without any header in the place of one whose address it cannot read. */
    private static boolean hasNothing(HttpRequest<?> request) {
        return request.getPath().equals("/") && request.getHeaders().isEmpty();
    }

    private static boolean isOld(HttpRequest<?> request) {
        return request instanceof NettyHttpRequest<?> received
                && received.getNativeRequest().protocolVersion().equals(HttpVersion.HTTP_1_0);
    }
}
