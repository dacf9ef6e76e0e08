package dev.changeover.api.http;

import dev.changeover.api.ApiException;
import dev.changeover.api.FilterOrder;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** No id and no name has a NUL in it, and no database is asked for one. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(FilterOrder.PLAIN_ADDRESSES)
final class PlainAddresses {
    @RequestFilter
    void refuseNul(HttpRequest<?> request) {
        var address = request.getUri();
        if (address.getRawPath().contains("%00")) {
            throw new ApiException(ErrorCode.WRONG_PARAMETER, "the path has a NUL character in it");
        }
        var query = address.getRawQuery();
        if (query != null && query.contains("%00")) {
            throw new ApiException(ErrorCode.WRONG_PARAMETER, "the query has a NUL character in it");
        }
    }
}
