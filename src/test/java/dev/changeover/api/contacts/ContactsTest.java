package dev.changeover.api.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.api.FixedClock;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.notify.Notice;
import dev.changeover.notify.Notices;
import dev.changeover.notify.Postman;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(environments = "api", transactional = false)
class ContactsTest {
    private static final String PROJECT = "/v3/p-1/contacts";
    private static final String OTHER_PROJECT = "/v3/p-2/contacts";
    private static final String INSTANCE = "/v3/p-1/instances/i-1/contacts";

    private final Calls call;
    private final String owner;
    private final String viewer;
    private final Notices notices;
    private final Postman postman;

    ContactsTest(ApiScene scene, EmbeddedServer server, Notices notices, Postman postman) {
        this.call = scene.call;
        this.owner = Callers.token(server.getApplicationContext(), "contacts-owner", Role.OWNER, "p-1");
        this.viewer = Callers.token(server.getApplicationContext(), "contacts-viewer", Role.VIEWER, "p-1");
        this.notices = notices;
        this.postman = postman;
    }

    @BeforeEach
    void nobody() {
        put("{\"contacts\":[]}");
        call.get(PROJECT)
                .json()
                .path("contacts")
                .forEach(contact -> call.send(
                        "DELETE", PROJECT + "/" + contact.path("id").asText(), "", "Content-Type", "application/json"));
    }

    private Calls.Answer put(String body) {
        return call.send("PUT", INSTANCE, body, "Content-Type", "application/json");
    }

    private Calls.Answer post(String path, String body) {
        return call.send("POST", path, body, "Content-Type", "application/json");
    }

    @Test
    void an_instance_has_its_own_contacts_and_those_of_its_project() {
        var team = post(PROJECT, "{\"name\":\"Team\",\"email\":\"team@example.com\"}");
        post(INSTANCE, "{\"name\":\"Anna\",\"phone\":\"+4915112345678\",\"time_zone\":\"Europe/Berlin\"}");
        post(INSTANCE, "{\"name\":\"Anna\",\"email\":\"anna@example.com\",\"quiet_hours\":\"none\"}");

        assertThat(team.status()).isEqualTo(200);
        var shown = call.get(INSTANCE).json().path("contacts");
        assertThat(shown).hasSize(2);
        assertThat(shown.get(0).path("email").asText()).isEqualTo("anna@example.com");
        assertThat(shown.get(0).path("phone").isNull()).isTrue();
        assertThat(shown.get(0).path("quiet_hours").asText()).isEqualTo("none");
        assertThat(shown.get(1).path("instance_id").isNull()).isTrue();
        assertThat(shown.get(1).path("quiet_hours").asText()).isEqualTo("22:00-07:00");

        call.send("DELETE", PROJECT + "/" + team.json().path("id").asText(), "", "Content-Type", "application/json");
        assertThat(put("{\"contacts\":[{\"name\":\"Berta\",\"email\":\"b@example.com\"}]}")
                        .json()
                        .path("contacts"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "email; {\"name\":\"A\",\"email\":\"a at b\"}",
                "phone; {\"name\":\"A\",\"phone\":\"0151\"}",
                "webhook; {\"name\":\"A\",\"webhook\":\"http://127.0.0.1/x\"}",
                "webhook; {\"name\":\"A\",\"webhook\":\"http://169.254.169.254/latest/meta-data\"}",
                "time_zone; {\"name\":\"A\",\"email\":\"a@b.c\",\"time_zone\":\"+02:00\"}",
                "quiet_hours; {\"name\":\"A\",\"email\":\"a@b.c\",\"quiet_hours\":\"night\"}",
                "name; {\"email\":\"a@b.c\"}",
                "email; {\"name\":\"A\"}"
            })
    void a_malformed_contact_is_refused_with_the_part_that_is_wrong(String field, String body) {
        var answer = post(INSTANCE, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error_msg").asText()).startsWith(field + ": ");
        assertThat(call.get(INSTANCE).json().path("contacts")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"contacts/test", "contact-test"})
    void a_test_tells_of_each_channel_that_it_is_not_configured(String path) {
        post(INSTANCE, "{\"name\":\"Anna\",\"email\":\"anna@example.com\",\"phone\":\"+4915112345678\"}");

        var results = post("/v3/p-1/instances/i-1/" + path, "{}").json().path("results");

        assertThat(results).hasSize(2);
        assertThat(results).allSatisfy(result -> {
            assertThat(result.path("status").asText()).isEqualTo("OFF");
            assertThat(result.path("reason").asText()).contains("CHANGEOVER_");
        });
    }

    @Test
    void tests_of_a_project_and_to_an_address_are_few_and_those_that_wait_send_nothing() {
        post(OTHER_PROJECT, "{\"name\":\"Anna\",\"email\":\"anna@example.org\"}");
        for (int test = 0; test < 5; test++) {
            assertThat(post("/v3/p-2/contact-test", "{}").status()).isEqualTo(200);
        }

        var sixth = post("/v3/p-2/contact-test", "{}");

        assertThat(sixth.status()).isEqualTo(429);
        assertThat(sixth.code()).isEqualTo("DBS.280429");
        assertThat(sixth.header("Retry-After")).isEqualTo("5");
        assertThat(sixth.message()).startsWith("too many test messages in this project");
        assertThat(post("/v3/p-1/instances/i-1/contact-test", "{}").status())
                .as("another project")
                .isEqualTo(200);
        post(INSTANCE, "{\"name\":\"Anna\",\"email\":\"anna@example.org\"}");
        assertThat(post("/v3/p-1/instances/i-1/contact-test", "{}").status())
                .as("the same address")
                .isEqualTo(429);
    }

    @Test
    void a_project_and_an_instance_have_no_more_than_fifty_contacts_each() {
        for (int contact = 0; contact < 50; contact++) {
            assertThat(post(PROJECT, "{\"name\":\"C%d\",\"email\":\"c@example.com\"}".formatted(contact))
                            .status())
                    .isEqualTo(200);
        }

        var more = post(PROJECT, "{\"name\":\"One more\",\"email\":\"c@example.com\"}");

        assertThat(more.status()).isEqualTo(400);
        assertThat(more.code()).isEqualTo("DBS.200001");
        assertThat(more.message()).startsWith("contacts: an instance has at most 50");
        assertThat(post(PROJECT, "{\"name\":\"C7\",\"email\":\"other@example.com\"}")
                        .status())
                .as("one that takes another's place")
                .isEqualTo(200);
        assertThat(post(INSTANCE, "{\"name\":\"Anna\",\"email\":\"c@example.com\"}")
                        .status())
                .as("of an instance")
                .isEqualTo(200);
        var all = IntStream.range(0, 51)
                .mapToObj("{\"name\":\"C%d\",\"email\":\"c@example.com\"}"::formatted)
                .collect(Collectors.joining(",", "{\"contacts\":[", "]}"));
        assertThat(put(all).message()).startsWith("contacts: an instance has at most 50");
    }

    @Test
    void notices_of_a_project_are_a_list() {
        assertThat(call.get("/v3/p-1/notices?limit=5").json().has("total_count"))
                .isTrue();
    }

    @Test
    void who_may_not_change_a_contact_sees_no_more_of_its_webhook_than_the_host() {
        var hook = "https://1.1.1.1:8443/services/T0/B0/secret?key=secret";
        post(PROJECT, "{\"name\":\"Team\",\"webhook\":\"%s\"}".formatted(hook));
        notices.tell(new Notice(
                "a-webhook",
                Notice.Kind.STARTED,
                Notice.Level.INFO,
                "p-1",
                "i-1",
                "x-1",
                null,
                null,
                null,
                KernelVersion.of("2.6.12.3"),
                KernelVersion.of("2.6.12.4"),
                null,
                null,
                "",
                FixedClock.NOW));
        postman.work();

        for (var path : List.of(PROJECT, INSTANCE, "/v3/p-1/notices")) {
            assertThat(call.by(viewer).get(path).text())
                    .contains("\"https://1.1.1.1:8443/***\"")
                    .doesNotContain("secret");
            assertThat(call.by(owner).get(path).text()).contains('"' + hook + '"');
            assertThat(call.get(path).text()).contains('"' + hook + '"');
        }
    }
}
