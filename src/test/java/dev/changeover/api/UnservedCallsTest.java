package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.ClientBuilder;
import com.huaweicloud.sdk.core.HcClient;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.core.http.HttpRequestDef;
import com.huaweicloud.sdk.gaussdb.v3.GaussDBMeta;
import com.huaweicloud.sdk.rds.v3.RdsMeta;
import dev.changeover.access.Role;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything the published clients can ask of a project's things, of which Changeover serves what an upgrade needs. */
@MicronautTest(environments = "api", transactional = false)
@Property(name = FixedClock.TICKS, value = "true")
class UnservedCallsTest {
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
    private static final Map<String, String> VALUES = Map.of(
            "project_id", "p-1",
            "instance_id", "i-1",
            "proxy_id", "x-1",
            "engine_name", "haproxy");

    /** For operators only; the last one is to the server the change of an instance of that name. */
    private static final Set<String> REGISTERS = Set.of(
            "POST /v3/p-1/instances", "POST /v3/p-1/instances/i-1/proxy", "PUT /v3/p-1/instances/recycle-policy");

    private final HcClient client;

    UnservedCallsTest(ApiScene scene, EmbeddedServer server) {
        var key = Callers.key(server.getApplicationContext(), "shop", Role.OWNER, "p-1");
        this.client = new ClientBuilder<>(made -> made)
                .withCredential(PublishedClients.credentials(key.key().id(), key.secret(), "p-1"))
                .withEndpoint(scene.server.toString())
                .build();
    }

    @Test
    void what_is_not_about_upgrades_says_so_and_what_is_is_served() {
        var served = new TreeSet<String>();

        everyCall().forEach((name, call) -> {
            var refusal = refusal(call);
            if (refusal.map(it -> it.getErrorCode().equals("DBS.290013")).orElse(false)) {
                assertThat(refusal.get().getHttpStatusCode()).as(name).isIn(404, 405);
                assertThat(refusal.get().getErrorMsg()).as(name).contains("only upgrades proxies");
                assertThat(refusal.get().getRequestId()).as(name).isNotEmpty();
            } else {
                refusal.ifPresent(it -> assertThat(it.getErrorCode())
                        .as(name)
                        .startsWith(REGISTERS.contains(name) ? "DBS.280056" : "DBS.20"));
                served.add(name);
            }
        });

        assertThat(served)
                .containsExactlyInAnyOrder(
                        "GET /v3/p-1/instances",
                        "GET /v3/p-1/instances/i-1/proxies",
                        "GET /v3/p-1/instances/i-1/proxy-list",
                        "GET /v3/p-1/instances/i-1/proxy/x-1/haproxy/proxy-version",
                        "POST /v3/p-1/instances/i-1/proxy/x-1/upgrade-version",
                        "PUT /v3/p-1/instances/i-1/ops-window",
                        "GET /v3/p-1/immediate-jobs",
                        "GET /v3/p-1/scheduled-jobs",
                        "DELETE /v3/p-1/scheduled-jobs",
                        "DELETE /v3/p-1/instance/i-1/scheduled-jobs",
                        "GET /v3/p-1/jobs",
                        "DELETE /v3/p-1/jobs",
                        "DELETE /v3/p-1/jobs/any",
                        // Whose database is to go says no reason, without which nothing is taken out of Changeover.
                        "DELETE /v3/p-1/instances/i-1",
                        // A client that buys an instance or a proxy there is no operator here.
                        "POST /v3/p-1/instances",
                        "POST /v3/p-1/instances/i-1/proxy",
                        "PUT /v3/p-1/instances/recycle-policy");
    }

    @Test
    void the_published_clients_can_ask_for_much_else_of_proxies() {
        assertThat(everyCall().keySet())
                .hasSizeGreaterThan(300)
                .contains(
                        "POST /v3/p-1/instances/i-1/proxy/x-1/restart",
                        "POST /v3/p-1/instances/i-1/proxy/open",
                        "PUT /v3/p-1/instances/i-1/proxy/x-1/flavor",
                        "DELETE /v3/p-1/instances/i-1/proxy/x-1");
    }

    /** The clients' requests for a project's things, by method and path: where two clients ask alike, once. */
    private static Map<String, HttpRequestDef<?, ?>> everyCall() {
        var calls = new TreeMap<String, HttpRequestDef<?, ?>>();
        Stream.of(GaussDBMeta.class, RdsMeta.class)
                .flatMap(meta -> Stream.of(meta.getFields()))
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .forEach(field -> {
                    try {
                        if (field.get(null) instanceof HttpRequestDef<?, ?> call
                                && call.getUri().contains("{project_id}")) {
                            calls.put(call.getMethod() + " " + path(call), call);
                        }
                    } catch (IllegalAccessException hidden) {
                        throw new AssertionError(hidden);
                    }
                });
        return calls;
    }

    private static String path(HttpRequestDef<?, ?> call) {
        return VARIABLE.matcher(call.getUri()).replaceAll(found -> value(found.group(1)));
    }

    private static String value(String variable) {
        return VALUES.getOrDefault(variable, "any");
    }

    /** The call with nothing in it but its path. */
    private <S> Optional<ServiceResponseException> refusal(HttpRequestDef<?, S> call) {
        var bare = HttpRequestDef.builder(call.getMethod(), Object.class, call.getResponseType())
                .withName(call.getName())
                .withUri(path(call))
                .withContentType(call.getContentType())
                .build();
        try {
            client.syncInvokeHttp(new Object(), bare);
            return Optional.empty();
        } catch (ServiceResponseException refused) {
            return Optional.of(refused);
        }
    }
}
