package dev.changeover.api.errors;

import dev.changeover.api.FilterOrder;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The pages for a person with a browser: our own, from nowhere else, and the log-in before those that need one. */
@ServerFilter({"/", "/login/**", "/console/**", "/lib/**"})
@Order(FilterOrder.PAGES)
final class Pages {
    private static final String LOGIN = "/login";
    private static final String START = "/console/";
    private static final Pattern FOR_PEOPLE = Pattern.compile("/|/openapi(/.*)?|/swagger-ui(/.*)?");

    private static final String OWN_THINGS_ONLY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /** Where the log-in comes back to; null for what is no page or is not read by a person. */
    static @Nullable URI logIn(HttpRequest<?> request) {
        var byPerson = request.getMethod() == HttpMethod.GET
                && request.accept().stream().anyMatch(type -> type.getName().equals(MediaType.TEXT_HTML));
        if (!byPerson || !FOR_PEOPLE.matcher(request.getPath()).matches()) {
            return null;
        }
        var query = request.getUri().getRawQuery();
        var next = request.getPath() + (query == null ? "" : "?" + query);
        return URI.create(LOGIN + "?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
    }

    @RequestFilter
    @Nullable HttpResponse<?> start(HttpRequest<?> request) {
        return request.getPath().equals("/") && request.getMethod() == HttpMethod.GET
                ? HttpResponse.seeOther(URI.create(START))
                : null;
    }

    @ResponseFilter
    void protect(HttpRequest<?> request, MutableHttpResponse<?> response) {
        response.header("Content-Security-Policy", OWN_THINGS_ONLY)
                .header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.CACHE_CONTROL, "no-cache");
    }
}
