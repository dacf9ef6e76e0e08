package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.icegreen.greenmail.util.ServerSetupTest;
import dev.changeover.api.ApiScene;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contacts from the command line, with a mail server that keeps what it gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContactCommandsTest {
    private final GreenMail mail = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
    private EmbeddedServer server;
    private ApiScene scene;

    @BeforeAll
    void start() {
        mail.start();
        server = ApplicationContext.run(
                EmbeddedServer.class,
                Map.of(
                        "micronaut.server.port",
                        -1,
                        "changeover.smtp.host",
                        ServerSetup.getLocalHostAddress(),
                        "changeover.smtp.port",
                        mail.getSmtp().getPort(),
                        "changeover.smtp.security",
                        "NONE"),
                "api");
        scene = server.getApplicationContext().getBean(ApiScene.class);
    }

    @AfterAll
    void stop() {
        if (server != null) server.stop();
        mail.stop();
    }

    private Typed run(String... words) {
        return Typed.run(
                Stream.concat(Stream.of(words), Stream.of("--server", scene.server.toString(), "--token", scene.token))
                        .toList());
    }

    @Test
    void a_contact_is_added_tested_and_removed() throws Exception {
        var added = run(
                "contact",
                "add",
                "Anna",
                "--instance",
                "i-1",
                "--email",
                "anna@example.com",
                "--zone",
                "Europe/Berlin");
        assertThat(added.exit()).as(added.err()).isZero();
        assertThat(run("contact", "list", "--instance", "i-1").out())
                .contains("Anna", "anna@example.com", "22:00-07:00 Europe/Berlin");

        var tested = run("contact", "test", "--instance", "i-1");

        assertThat(tested.exit()).as(tested.out()).isZero();
        assertThat(tested.out()).contains("anna@example.com", "SENT");
        assertThat(List.of(mail.getReceivedMessages()))
                .extracting(message -> message.getSubject())
                .containsExactly("Test: Changeover reaches Anna");
        var id = run("contact", "list", "--instance", "i-1", "-o", "json")
                .json()
                .path("contacts")
                .path(0)
                .path("id")
                .asText();
        assertThat(run("contact", "remove", id, "--project", "p-1").exit()).isZero();
        assertThat(run("contact", "test", "--instance", "i-1").out()).contains("nobody is told of i-1");
        assertThat(run("contact", "list", "--instance", "i-1").out())
                .startsWith("no contacts; add one with: changeover contact add NAME --instance i-1 --email ADDRESS");
    }

    @Test
    void where_no_upgrade_is_planned_the_list_says_where_they_come_from() {
        assertThat(run("event", "list").out().strip())
                .isEqualTo("no planned events; campaigns plan them, and contacts are told of each");
    }

    @Test
    void a_test_that_does_not_reach_everybody_fails_and_says_why() {
        run("contact", "add", "Team", "--project", "p-2", "--phone", "+4915112345678");

        var tested = run("contact", "test", "--instance", "i-2");

        assertThat(tested.exit()).isEqualTo(1);
        assertThat(tested.out()).contains("OFF", "CHANGEOVER_SMS_ACCOUNT");
    }

    @ParameterizedTest
    @CsvSource({
        "--email, anna at example.com, email",
        "--phone, 0151 12345678, phone",
        "--webhook, http://169.254.169.254/latest, webhook"
    })
    void a_malformed_address_is_refused_with_the_reason(String option, String address, String part) {
        var refused = run("contact", "add", "Anna", "--instance", "i-1", option, address);

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains(part + ": ");
    }
}
