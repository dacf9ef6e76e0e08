package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.access.KeyFile;
import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.database.Sql;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.Inventory;
import dev.changeover.node.AgentReturn;
import dev.changeover.node.order.OrderKey;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.upgrade.engine.AgentReports;
import dev.changeover.value.WrongSetting;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SigningKeysTest {
    @TempDir
    private Path directory;

    static Stream<Map<String, Object>> databases() {
        return Stream.of(Map.of(), TestDatabase.settings(TestDatabase.newPostgres("template1")));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void change_once_every_agent_has_said_that_it_goes_by_the_present_one_or_an_operator_accepts_those_that_have_not(
            Map<String, Object> database) {
        try (var server = ApplicationContext.run(EmbeddedServer.class, new HashMap<>(database), "api", "test")) {
            var call = Calls.to(server);
            var beans = server.getApplicationContext();
            var signer = beans.getBean(OrderSigner.class);
            call.post("/v3/fleet", Fleets.FILE, "Content-Type", "application/yaml");
            var nodes = beans.getBean(Inventory.class).nodes(0, 100).entries();
            var first = signer.fingerprint();
            var away = nodes.getFirst().node().id();
            nodes.stream().skip(1).forEach(entry -> goesBy(beans, entry.node().id(), first));

            var refused = call.post("/v3/order-key", "{}");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().path("error_msg").asText()).contains("1 nodes' agents", first, away);
            assertThat(signer.fingerprint()).isEqualTo(first);
            assertThat(call.post("/v3/order-key", "{\"overlap_hours\":0}").status())
                    .isEqualTo(400);

            assertThat(call.post("/v3/order-key", "{\"others\":1}").status()).isEqualTo(200);
            var second = signer.fingerprint();
            assertThat(second).isNotEqualTo(first);
            nodes.forEach(entry -> goesBy(beans, entry.node().id(), second));
            assertThat(call.post("/v3/order-key", "{}").status()).isEqualTo(200);
            goesBy(beans, away, "\u001b[2J" + "0".repeat(12));

            var answer = call.get("/v3/order-key").json();
            assertThat(answer.path("key").asText())
                    .isEqualTo(signer.fingerprint())
                    .isNotIn(first, second);
            assertThat(answer.path("changed_at").asText()).isNotEmpty();
            assertThat(answer.path("other_count").asInt()).isEqualTo(nodes.size());
            assertThat(answer.path("others").path(0).path("key").asText()).isEqualTo(second);
            assertThat(call.get("/v3/audit?action=order-key.change&outcome=done")
                            .json()
                            .toString())
                    .contains(first, second);
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void are_the_same_at_once_on_every_server_of_a_database_which_goes_on_belonging_to_its_key_file(
            Map<String, Object> database) {
        try (var server = ApplicationContext.run(new HashMap<>(database), "test")) {
            var file = server.getBean(KeyFile.class);
            var other = keys(server, file, false);
            var before = other.present().fingerprint();

            server.getBean(SigningKeys.class).change(Duration.ofHours(1));

            var present = server.getBean(OrderSigner.class).fingerprint();
            assertThat(present).isNotEqualTo(before);
            assertThat(List.of(other, keys(server, file, false), keys(server, file, true)))
                    .extracting(keys -> keys.present().fingerprint())
                    .containsOnly(present);

            var another = KeyFile.at(directory.resolve("another"));
            assertThatThrownBy(() -> keys(server, another, false))
                    .isInstanceOf(WrongSetting.class)
                    .hasMessageContaining(before);
            assertThat(keys(server, another, true).present().fingerprint()).isNotIn(before, present);
        }
    }

    @Test
    void lead_there_from_three_changes_ago_and_not_from_four() {
        try (var server = ApplicationContext.run("test")) {
            var keys = server.getBean(SigningKeys.class);
            var first = OrderKey.parse(keys.present().key());
            for (int i = 0; i < 3; i++) keys.change(Duration.ofHours(1));
            assertThat(first.given("PAUSE", keys.present().command("PAUSE", "now"), String.class))
                    .contains("now");

            keys.change(Duration.ofHours(1));

            assertThat(first.given("PAUSE", keys.present().command("PAUSE", "now"), String.class))
                    .isEmpty();
        }
    }

    /** As a server has them that starts. */
    private static SigningKeys keys(ApplicationContext server, KeyFile file, boolean takesAnother) {
        var as = server.getBean(ServerSettings.class);
        var settings = new ServerSettings(
                as.data(), as.host(), as.port(), null, null, null, as.logFormat(), as.recover(), takesAnother);
        return new SigningKeys(server.getBean(Sql.class), file, settings, server.getBean(Clock.class));
    }

    private static void goesBy(ApplicationContext beans, String node, String key) {
        beans.getBean(AgentReports.class).returned(AgentReturn.of(node).goingBy(key));
    }
}
