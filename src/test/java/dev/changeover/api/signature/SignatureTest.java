package dev.changeover.api.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import dev.changeover.api.ApiException;
import dev.changeover.host.Sha256;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures as the published clients make them, of what the published clients then send. */
class SignatureTest {
    private static final String SECRET = "0123456789abcdefghijABCDEFGHIJ0123456789";
    private static final String SERVER = "http://127.0.0.1:8080";
    private static final String DATE = "20260715T084610Z";

    /** A request before it is signed. */
    private record Call(
            HttpMethod method,
            String path,
            Map<String, List<String>> query,
            @Nullable String body) {
        static Call get(String path) {
            return new Call(HttpMethod.GET, path, Map.of(), null);
        }

        Call with(String key, String... values) {
            var more = new LinkedHashMap<>(query);
            more.put(key, List.of(values));
            return new Call(method, path, more, body);
        }

        /** As it goes over the wire, with its signature. */
        Signed signed() {
            var request = HttpRequest.newBuilder()
                    .withMethod(method)
                    .withEndpoint(SERVER)
                    .withPath(path)
                    .withContentType("application/json")
                    .withBodyAsString(body)
                    .addHeader("User-Agent", "huaweicloud-usdk-java/3.0")
                    .addHeader("X-Project-Id", "p-1")
                    .addHeader("X-Sdk-Date", DATE);
            query.forEach(request::addQueryParam);
            var ready = request.build();
            var credentials = new BasicCredentials().withAk("AK").withSk(SECRET).withProjectId("p-1");
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            ready.getHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            headers.putAll(AKSKSigner.getInstance().sign(ready, credentials));
            return new Signed(method.name(), url(), headers, body == null ? "" : body);
        }

        private HttpUrl url() {
            var url = Objects.requireNonNull(HttpUrl.parse(SERVER + path)).newBuilder();
            query.forEach((key, values) -> {
                values.forEach(value -> url.addQueryParameter(key, value));
                if (values.isEmpty()) {
                    url.addQueryParameter(key, null);
                }
            });
            return url.build();
        }
    }

    /** A request as it arrives. */
    private record Signed(String method, HttpUrl url, Map<String, String> headers, String body) {
        Signature signature() {
            return Signature.of(headers.getOrDefault("Authorization", ""));
        }

        CanonicalRequest canonical() {
            var covered = new LinkedHashMap<String, String>();
            signature().signedHeaders().forEach(name -> covered.put(name, headers.getOrDefault(name, "")));
            var query = url.encodedQuery();
            return new CanonicalRequest(
                    method, url.encodedPath(), query == null ? "" : query, covered, Sha256.of(body));
        }
    }

    static Stream<Call> calls() {
        var list = Call.get("/v3/p-1/scheduled-jobs");
        return Stream.of(
                list,
                Call.get("/v3/p-1/scheduled-jobs/"),
                Call.get("/"),
                Call.get("/v3/p-1/instances/Überweisung 1/proxy-list"),
                Call.get("/v3/p-1/instances/a+b*c~d!e'f(g)h:i@j&k=l,m;n$o/proxy-list"),
                Call.get("/v3/p-1/instances/订单😀/proxy-list"),
                Call.get("/v3/p-1//proxy-list"),
                list.with("status", ""),
                list.with("status"),
                list.with("limit", "10").with("Offset", "0").with("job_id", "x"),
                list.with("status", "Pending", "Canceled", "Completed"),
                list.with("job_name", "Überweisung 订单😀 a+b*c~d/e?f&g=h;i%20j#k"),
                list.with("start_time", "2026-07-14T00:00:00+0000"),
                new Call(HttpMethod.POST, "/v3/p-1/upgrades", Map.of(), "{\"source_version\":\"2.6.12.3\"}"),
                new Call(HttpMethod.PUT, "/v3/p-1/ops-window", Map.of(), "{\"reason\":\"Überweisung 订单😀\"}"),
                new Call(HttpMethod.POST, "/v3/p-1/upgrades", Map.of(), ""),
                new Call(HttpMethod.POST, "/v3/p-1/upgrades", Map.of(), null),
                new Call(HttpMethod.DELETE, "/v3/p-1/jobs", Map.of("id", List.of("j-1")), null));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void what_a_published_client_signs_is_what_arrives(Call call) {
        var signed = call.signed();

        assertThat(signed.signature().accessKey()).isEqualTo("AK");
        assertThat(signed.signature().signedHeaders())
                .containsExactly("host", "user-agent", "x-project-id", "x-sdk-date");
        assertThat(signed.signature().fits(signed.canonical(), DATE, SECRET)).isTrue();
    }

    @Test
    void a_signature_fits_nothing_else() {
        var signed = new Call(HttpMethod.PUT, "/v3/p-1/ops-window", Map.of("a", List.of("1")), "{}").signed();
        var signature = signed.signature();
        var right = signed.canonical();
        var otherHeaders = new LinkedHashMap<>(right.headers());
        otherHeaders.put("x-project-id", "p-2");

        assertThat(signature.fits(right, DATE, SECRET)).isTrue();
        assertThat(signature.fits(right, DATE, SECRET + "0")).isFalse();
        assertThat(signature.fits(right, "20260715T084611Z", SECRET)).isFalse();
        assertThat(Stream.of(
                        new CanonicalRequest("POST", right.path(), right.query(), right.headers(), right.bodyHash()),
                        new CanonicalRequest("PUT", "/v3/p-2/x", right.query(), right.headers(), right.bodyHash()),
                        new CanonicalRequest("PUT", right.path(), "a=2", right.headers(), right.bodyHash()),
                        new CanonicalRequest("PUT", right.path(), "a=1&b=", right.headers(), right.bodyHash()),
                        new CanonicalRequest("PUT", right.path(), right.query(), otherHeaders, right.bodyHash()),
                        new CanonicalRequest("PUT", right.path(), right.query(), right.headers(), Sha256.of("{ }"))))
                .noneMatch(other -> signature.fits(other, DATE, SECRET));
    }

    /** Computed with another program, so that both sides are not wrong alike. */
    @Test
    void a_signature_is_the_published_algorithm() {
        var headers = new LinkedHashMap<String, String>();
        headers.put("host", "127.0.0.1:8080");
        headers.put("user-agent", "huaweicloud-usdk-java/3.0");
        headers.put("x-project-id", "p-1");
        headers.put("x-sdk-date", DATE);
        var body = "{\"source_version\":\"2.6.12.3\",\"target_version\":\"2.6.12.4\"}";
        var request = new CanonicalRequest(
                "POST", "/v3/p-1/instances/i-1/proxy/x-1/upgrade-version", "b=&a=1%202", headers, Sha256.of(body));
        var signature = new Signature(
                "AK",
                "",
                List.copyOf(headers.keySet()),
                "309a6e1e1841535ed065a79dd4fa059bba7fac1041bfde791cc1f5619fd6418b");

        assertThat(signature.fits(request, DATE, SECRET)).isTrue();
    }

    /** As the libraries of Open Telekom Cloud sign, whose key is that of a day, region and service. */
    @Test
    void a_signature_of_the_older_form_is_understood_on_its_day() {
        var headers = Map.of("x-sdk-date", DATE);
        var request = new CanonicalRequest("GET", "/v3/p-1/scheduled-jobs", "limit=10", headers, Sha256.of(""));
        var header = "SDK-HMAC-SHA256 Credential=AK/%s/eu-de/rds/sdk_request, SignedHeaders=x-sdk-date, Signature=%s";
        var right = "e0abb3b10362e296ee7416c195f81d4398fd913cbb06def4a1afaefc1bbb9cb9";

        assertThat(Signature.accessKeyIn(header.formatted("20260715", right))).contains("AK");
        assertThat(Signature.of(header.formatted("20260715", right)).fits(request, DATE, SECRET))
                .isTrue();
        assertThat(Signature.of(header.formatted("20260715", right)).fits(request, DATE, SECRET + "0"))
                .isFalse();
        assertThat(Signature.of(header.formatted("20260715", right)).fits(request, "20260716T084610Z", SECRET))
                .isFalse();
        assertThat(Signature.of(header.formatted(
                                "20260716", "c6282d3601a100a2629458fb4a8d02a4a313f3cb87fa8d918c3133126b9e71a2"))
                        .fits(request, DATE, SECRET))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SDK-HMAC-SHA256 ",
                "SDK-HMAC-SHA256 Access=AK",
                "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date",
                "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=abc",
                "SDK-HMAC-SHA256 Access=, SignedHeaders=host;x-sdk-date, Signature=0a0b",
                "SDK-HMAC-SHA256 Signature=0a0b, Access=AK, SignedHeaders=host",
                "SDK-HMAC-SHA256 Credential=AK/20260715/eu-de/rds/aws4_request, SignedHeaders=host, Signature=0a0b",
                "SDK-HMAC-SHA256 Credential=AK, SignedHeaders=host, Signature=0a0b"
            })
    void a_signature_that_is_none_is_told_what_is_needed(String header) {
        assertThat(Signature.isIn(header)).isTrue();
        assertThatThrownBy(() -> Signature.of(header))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("Access=…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SDK-HMAC-SM3 Access=AK", "V11-HMAC-SHA256 Credential=AK", "SDK-ECDSA-P256-SHA256 Access=AK"})
    void another_algorithm_is_told_the_right_one(String header) {
        assertThat(Signature.isIn(header)).isTrue();
        assertThatThrownBy(() -> Signature.of(header))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("SDK-HMAC-SHA256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer abc", "Basic abc", "", "SDK", "sdk-hmac-sha256 Access=AK"})
    void other_credentials_are_no_signature(String header) {
        assertThat(Signature.isIn(header)).isFalse();
    }
}
