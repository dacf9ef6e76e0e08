package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.OneTimeToken;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token that a start leaves in the data directory, start after start on the same database. */
class OperatorTokenFileTest {
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path data = Path.of("");

    private final Map<String, Object> settings = new HashMap<>();

    @Test
    void is_there_for_its_owners_eyes_until_there_is_an_operator() throws IOException {
        try (var server = start()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            assertThat(standsFor(server)).isEqualTo("first-start");

            accounts(server).add(Account.operator("anna"), PASSWORD, "");

            assertThat(standsFor(server)).isEqualTo("nobody");
            server.getBean(OperatorTokenFile.class).takeAwayWhatIsNotGoodAnyMore();
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void is_taken_away_by_a_start_where_there_is_an_operator() throws IOException {
        try (var server = start()) {
            accounts(server).add(Account.operator("anna"), PASSWORD, "");
        }

        try (var server = start()) {
            assertThat(server.isRunning()).isTrue();
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void is_left_where_it_is_wanted() throws IOException {
        settings.put(
                "changeover.operator-token-file", data.resolve("shared/first").toString());

        try (var server = start()) {
            assertThat(Files.readString(data.resolve("shared/first")).strip()).isNotEmpty();
            assertThat(server.isRunning()).isTrue();
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void lets_in_again_who_lost_the_last_operators_password() throws IOException {
        try (var server = start()) {
            accounts(server).add(Account.operator("anna"), PASSWORD, "");
        }
        settings.put("changeover.recover", true);

        try (var server = start()) {
            assertThat(standsFor(server)).isEqualTo("recovery");
            server.getBean(OperatorTokenFile.class).takeAwayWhatIsNotGoodAnyMore();
            assertThat(file()).exists();

            accounts(server).setPassword("anna", "another one, please");

            assertThat(standsFor(server)).isEqualTo("nobody");
        }
    }

    private String standsFor(ApplicationContext server) throws IOException {
        return server.getBean(OneTimeToken.class)
                .account(Files.readString(file()).strip())
                .map(Account::name)
                .orElse("nobody");
    }

    private static Accounts accounts(ApplicationContext server) {
        return server.getBean(Accounts.class);
    }

    private ApplicationContext start() {
        settings.put("changeover.data", data.toString());
        return ApplicationContext.run(EmbeddedServer.class, settings, "test").getApplicationContext();
    }

    private Path file() {
        return data.resolve("operator-token");
    }
}
