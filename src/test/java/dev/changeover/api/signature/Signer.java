package dev.changeover.api.signature;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import dev.changeover.access.AccessKeys;
import dev.changeover.api.Calls;
import dev.changeover.host.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests with the published clients' own signer, and leaves the test to change or repeat what was signed. */
public record Signer(URI server, AccessKeys.Made key, Instant at) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

    public Signer at(Instant other) {
        return new Signer(server, key, other);
    }

    /** With another secret, or another id. */
    public Signer with(String id, String secret) {
        return new Signer(
                server,
                new AccessKeys.Made(
                        new AccessKeys.AccessKey(
                                id, key.key().account(), key.key().created()),
                        secret),
                at);
    }

    /**
     * A request that is ready to be sent, once or more often.
     *
     * @param path may have a query without anything in it that needs encoding
     * @param headers names and values, signed too
     */
    public HttpRequest.Builder signed(String method, String path, String body, String... headers) {
        var uri = server.resolve(path);
        var request = com.huaweicloud.sdk.core.http.HttpRequest.newBuilder()
                .withMethod(HttpMethod.valueOf(method))
                .withEndpoint(server.toString())
                .withPath(uri.getPath())
                .withContentType("application/json")
                .withBodyAsString(body)
                .addHeader("X-Project-Id", "p-1")
                .addHeader("X-Sdk-Date", DATE.format(at.atOffset(ZoneOffset.UTC)));
        if (uri.getQuery() != null) {
            for (var parameter : uri.getQuery().split("&", -1)) {
                var parts = parameter.split("=", 2);
                request.addQueryParam(parts[0], List.of(parts[1]));
            }
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.addHeader(headers[i], headers[i + 1]);
        }
        var ready = request.build();
        var sent = HttpRequest.newBuilder(uri)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        ready.getHeaders().forEach((name, values) -> {
            if (!name.equals("Host")) {
                sent.setHeader(name, values.getFirst());
            }
        });
        var credentials = new BasicCredentials()
                .withAk(key.key().id())
                .withSk(key.secret())
                .withProjectId("p-1");
        return sent.setHeader(
                "Authorization",
                AKSKSigner.getInstance().sign(ready, credentials).get("Authorization"));
    }

    /** The same request as it is now, signed over these headers only, as no signer here does; joined by semicolons. */
    public HttpRequest.Builder only(
            String header, HttpRequest.Builder request, String method, String path, String body) {
        var sent = request.build().headers();
        var values = Arrays.stream(header.split(";", -1))
                .map(name -> name + ":" + sent.firstValue(name).orElseThrow() + "\n")
                .collect(Collectors.joining());
        var canonical = String.join("\n", method, path + "/", "", values, header, Sha256.of(body));
        var text = String.join("\n", "SDK-HMAC-SHA256", DATE.format(at.atOffset(ZoneOffset.UTC)), Sha256.of(canonical));
        return request.setHeader(
                "Authorization",
                "SDK-HMAC-SHA256 Access=%s, SignedHeaders=%s, Signature=%s"
                        .formatted(key.key().id(), header, hmac(text)));
    }

    private String hmac(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new AssertionError(missing);
        }
    }

    public Calls.Answer get(String path) {
        return send(signed("GET", path, ""));
    }

    public Calls.Answer put(String path, String body) {
        return send(signed("PUT", path, body));
    }

    public static Calls.Answer send(HttpRequest.Builder request) {
        try {
            return new Calls.Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException failed) {
            throw new AssertionError("no answer", failed);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** The Authorization header of a signed request. */
    public static String authorization(HttpRequest.Builder request) {
        return request.build().headers().firstValue("Authorization").orElseThrow();
    }
}
