package dev.changeover.api.openapi;

import dev.changeover.api.FilterOrder;
import dev.changeover.host.Sha256;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.io.ResourceLoader;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lets the page of the OpenAPI document run the scripts that it was made with, and no others: they stand in the page
 * itself, so they are known by their hashes. Its library sets styles on what it draws.
 */
@ServerFilter({"/openapi", "/openapi/**", "/swagger-ui/**"})
@Order(FilterOrder.DOCUMENT_PAGE)
final class DocumentPage {
    private static final String PAGE = "META-INF/swagger/views/swagger-ui/index.html";
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

    private final String policy;

    DocumentPage(ResourceLoader resources) {
        var hashes = SCRIPT.matcher(page(resources))
                .results()
                .map(script -> " 'sha256-%s'".formatted(hash(script.group(1))))
                .collect(Collectors.joining());
        this.policy = "default-src 'none'; script-src 'self'" + hashes + "; style-src 'self' 'unsafe-inline';"
                + " img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'none';"
                + " base-uri 'none'; frame-ancestors 'none'";
    }

    @ResponseFilter
    void allow(MutableHttpResponse<?> response) {
        response.getHeaders().set("Content-Security-Policy", policy);
    }

    private static String page(ResourceLoader resources) {
        try (var stream = resources.getResourceAsStream(PAGE).orElseGet(InputStream::nullInputStream)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    private static String hash(String script) {
        return Base64.getEncoder().encodeToString(Sha256.digest().digest(script.getBytes(StandardCharsets.UTF_8)));
    }
}
