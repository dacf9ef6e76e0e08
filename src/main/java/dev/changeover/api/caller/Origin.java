package dev.changeover.api.caller;

import dev.changeover.api.ApiException;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.net.URI;
import java.util.Set;

/** Which page made a browser send a request. Programs that are no browsers do not say. */
public final class Origin {
    private static final String SITE = "Sec-Fetch-Site";

    /** From this server's own page, or from no page at all. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private Origin() {}

    /**
     * Somebody else's page must not log its visitors in, as its owner for example.
     *
     * @throws ApiException 403, if a page from elsewhere sent it
     */
    public static void refuseForeign(HttpRequest<?> request) {
        var headers = request.getHeaders();
        var own = headers.findFirst(SITE)
                .map(OWN::contains)
                .or(() -> headers.findFirst(HttpHeaders.ORIGIN).map(origin -> isAt(origin, request)))
                .orElse(true);
        if (!own) {
            throw new ApiException(ErrorCode.NOT_PERMITTED, "a session begins on this server's own page only");
        }
    }

    /**
     * The address of a page of ours, as the browser that sent a request from another one knows it.
     *
     * @throws ApiException 400, if it does not say so
     */
    public static URI page(HttpRequest<?> request, String path) {
        return request.getHeaders()
                .findFirst(HttpHeaders.ORIGIN)
                .filter(origin -> isAt(origin, request))
                .map(origin -> URI.create(origin).resolve(path))
                .orElseThrow(() -> ApiException.badParameter(
                        HttpHeaders.ORIGIN, "it is needed, and must be this server; a proxy must pass on Host"));
    }

    /** Whether the page came over TLS, also where a proxy before this server ends it. */
    public static boolean isSecure(HttpRequest<?> request) {
        return request.getHeaders()
                .findFirst(HttpHeaders.ORIGIN)
                .filter(origin -> origin.startsWith("https://"))
                .isPresent();
    }

    private static boolean isAt(String origin, HttpRequest<?> request) {
        var host = request.getHeaders().findFirst(HttpHeaders.HOST).orElse("");
        return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
    }
}
