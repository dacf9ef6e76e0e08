package dev.changeover.api.http;

import dev.changeover.api.ErrorBody;
import dev.changeover.api.FilterOrder;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/**
 * Where the web server is called by a name of this host alone, it refuses what a page from elsewhere sends, by itself and
 * without a word. Every error says why (REQUIREMENTS A1).
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(FilterOrder.FOREIGN_PAGES)
final class ForeignPages {
    @ResponseFilter
    void explain(MutableHttpResponse<?> response) {
        if (response.status() == HttpStatus.FORBIDDEN && response.getBody().isEmpty()) {
            response.body(
                            ErrorBody.of(
                                    ErrorCode.NOT_PERMITTED,
                                    "the page that sent this is not this server's; a proxy must pass on the Host of its callers"))
                    .contentType(MediaType.APPLICATION_JSON_TYPE);
        }
    }
}
