package dev.changeover.api.caller;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.changeover.access.AccessKeys;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.OneTimeToken;
import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.api.signature.Signer;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Inventory;
import dev.changeover.telemetry.LogLines;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of secret is used once, in the right way and in a wrong one; then it is looked for where it must not be. */
class SecretsTest {
    private static final Logger ROOT = LogLines.logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private static final Logger OURS = LogLines.logger("dev.changeover");
    private static final String PASSWORD = "pa55word-that-is-right";
    private static final String WRONG_PASSWORD = "pa55word-that-is-wrong";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Level usual = ROOT.getLevel();
    private final List<Calls.Answer> refusals = new ArrayList<>();
    private final Map<String, String> secrets =
            new LinkedHashMap<>(Map.of("password", PASSWORD, "wrong password", WRONG_PASSWORD));

    @TempDir
    Path data;

    @BeforeEach
    void listen() {
        log.start();
        ROOT.addAppender(log);
        ROOT.setLevel(Level.INFO);
        OURS.setLevel(Level.TRACE);
    }

    @AfterEach
    void listenNoMore() {
        ROOT.detachAppender(log);
        ROOT.setLevel(usual);
        OURS.setLevel(null);
    }

    @Test
    void secrets_are_in_no_log_row_history_or_refusal() throws IOException, InterruptedException {
        Map<String, Object> properties = Map.of("changeover.data", data.toString());
        try (var server = ApplicationContext.run(EmbeddedServer.class, properties, "test")) {
            var beans = server.getApplicationContext();
            secrets.put(
                    "one-time token", beans.getBean(OneTimeToken.class).make().orElseThrow());
            // What orders are signed with comes of it.
            secrets.put("key file", Files.readString(data.resolve("secret.key")).strip());
            beans.getBean(Inventory.class).register(Fleets.twoProjects());
            beans.getBean(Inventory.class).register(Fleets.kernels());
            beans.getBean(Accounts.class).add(Account.operator("anna"), PASSWORD, "");
            var connection = beans.getBean(TemporalConnection.class);
            assertThat(connection.awaitReady(Duration.ofMinutes(2)).ready()).isTrue();
            var nobody = new Calls(server.getURI(), "");

            var caller = logIn(nobody);
            logInWrongly(nobody);
            beginSession(nobody);
            callSigned(server, beans.getBean(AccessKeys.class).make("anna").orElseThrow());
            var upgrade = UpgradeWorkflow.idOf("x-1", submit(caller));
            refusals.add(caller.post("/v3/p-1/instances/i-1/proxy/x-1/upgrade-version", "{}"));

            var history = connection.client().fetchHistory(upgrade).getHistory().toByteString();
            assertNoSecret("the history", history.toString(StandardCharsets.ISO_8859_1));
            assertNoSecret("the database", dump(beans));
            assertNoSecret(
                    "the refusals", refusals.stream().map(Calls.Answer::text).collect(Collectors.joining("\n")));
        }
        assertNoSecret("the log", logged());
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(7);
        assertThat(refusals)
                .hasSizeGreaterThanOrEqualTo(7)
                .allSatisfy(answer -> assertThat(answer.status()).isBetween(400, 499));
        assertThat(logged()).contains("dev.changeover.temporal");
    }

    private Calls logIn(Calls nobody) {
        var token =
                nobody.post("/v3/login", body(PASSWORD)).json().path("token").asText();
        assertThat(token).isNotEmpty();
        secrets.put("token", token);
        refusals.add(nobody.by(token + "x").get("/v3/projects"));
        return nobody.by(token);
    }

    private void logInWrongly(Calls nobody) {
        refusals.add(nobody.post("/v3/login", body(WRONG_PASSWORD)));
        refusals.add(nobody.post("/v3/login", body(WRONG_PASSWORD).replace("}", "")));
        refusals.add(nobody.post("/v3/login", body(WRONG_PASSWORD) + WRONG_PASSWORD));
        refusals.add(nobody.post("/v3/login", "{\"name\":\"anna\",\"password\":[\"" + WRONG_PASSWORD + "\"]}"));
    }

    private void beginSession(Calls nobody) {
        var session = nobody.post("/v3/session", body(PASSWORD));
        for (var cookie : session.response().headers().allValues("Set-Cookie")) {
            secrets.put(cookie.substring(0, cookie.indexOf('=')), cookie.replaceAll("^[^=]*=|;.*$", ""));
        }
    }

    private void callSigned(EmbeddedServer server, AccessKeys.Made key) {
        secrets.put("secret key", key.secret());
        var signer = new Signer(server.getURI(), key, Instant.now());

        assertThat(signer.get("/v3/projects").status()).isEqualTo(200);
        refusals.add(signer.with(key.key().id(), key.secret() + "x").get("/v3/projects"));
    }

    /** As often as a busy machine needs to answer in time: the key brings the same job. */
    private static String submit(Calls caller) {
        var versions = "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW);
        var answer = Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .until(
                        () -> caller.post(
                                "/v3/p-1/instances/i-1/proxy/x-1/upgrade-version",
                                versions,
                                "Content-Type",
                                "application/json",
                                "Idempotency-Key",
                                "one"),
                        given -> given.status() != 503);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("update_result").path(0).path("workflow_id").asText();
    }

    private static String body(String password) {
        return "{\"name\":\"anna\",\"password\":\"%s\"}".formatted(password);
    }

    /** All tables with all rows, as H2 would write them for a restore. */
    private static String dump(ApplicationContext beans) {
        var dump = String.join("\n", beans.getBean(Sql.class).list("script", row -> row.text("script")));
        assertThat(dump).contains("anna", "x-1");
        return dump;
    }

    /** Other tests run beside this one, and their threads write while it is read. */
    private String logged() {
        List<ILoggingEvent> events;
        synchronized (log) {
            events = List.copyOf(log.list);
        }
        return events.stream()
                .map(event -> event.getLoggerName() + " " + event.getFormattedMessage() + " "
                        + ThrowableProxyUtil.asString(event.getThrowableProxy()))
                .collect(Collectors.joining("\n"));
    }

    private void assertNoSecret(String where, String text) {
        assertThat(text).describedAs(where).isNotEmpty();
        secrets.forEach((name, secret) ->
                assertThat(text).describedAs("%s in %s".formatted(name, where)).doesNotContain(secret));
    }
}
