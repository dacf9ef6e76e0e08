package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.client.Credentials;
import dev.changeover.client.Exit;
import dev.changeover.client.ServerAddress;
import dev.changeover.client.UserFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final URI HERE = URI.create("http://127.0.0.1:4001");
    private static final URI ELSEWHERE = URI.create("https://upgrades.example");

    @TempDir
    Path home = Path.of("");

    private final Map<String, String> environment = new HashMap<>();
    private UserFiles files = UserFiles.ofThisUser();

    @BeforeEach
    void a_user_without_anything() {
        files = new UserFiles(environment::get, home);
    }

    @Test
    void nothing_is_found_where_there_is_nothing() {
        assertThat(token(HERE)).isEmpty();
    }

    @Test
    void what_the_command_line_says_goes_before_all() throws IOException {
        everything();

        assertThat(token(HERE, "told")).contains("told");
    }

    @Test
    void then_the_environment() throws IOException {
        everything();

        assertThat(token(HERE)).contains("of the environment");
    }

    @Test
    void then_the_log_in_at_this_server() throws IOException {
        everything();
        environment.remove("CHANGEOVER_TOKEN");

        assertThat(token(HERE)).contains("logged in");
        assertThat(token(ELSEWHERE)).isEmpty();
    }

    @Test
    void then_the_configuration() throws IOException {
        everything();
        environment.remove("CHANGEOVER_TOKEN");
        files.logIns().forget(HERE);

        assertThat(token(HERE)).contains("configured");
        assertThat(token(ELSEWHERE)).isEmpty();
    }

    @Test
    void then_what_the_server_of_this_host_left() throws IOException {
        serverOfThisHost();

        assertThat(token(HERE)).contains("left");
        assertThat(token(ELSEWHERE)).isEmpty();
    }

    @Test
    void the_environments_token_belongs_to_the_environments_server() {
        environment.put("CHANGEOVER_TOKEN", "of the environment");
        environment.put("CHANGEOVER_SERVER", ELSEWHERE.toString());

        assertThat(token(ELSEWHERE)).contains("of the environment");
        assertThat(token(HERE)).isEmpty();
    }

    @Test
    void the_configurations_token_belongs_to_the_configurations_server() throws IOException {
        serverOfThisHost();
        write(".config/changeover/changeover.toml", "server = \"%s/\"\ntoken = \"configured\"".formatted(ELSEWHERE));

        assertThat(token(ELSEWHERE)).contains("configured");
        assertThat(token(HERE)).contains("left");
    }

    @Test
    void what_was_left_is_found_where_the_server_was_told_to_leave_it() throws IOException {
        serverOfThisHost();
        write("elsewhere/first", "left there");
        environment.put(
                "CHANGEOVER_OPERATOR_TOKEN_FILE",
                home.resolve("elsewhere/first").toString());

        assertThat(token(HERE)).contains("left there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://upgrades.example/",
                "https://Upgrades.Example",
                "HTTPS://upgrades.example:443",
                " https://upgrades.example "
            })
    void one_server_can_be_written_in_many_ways(String url) {
        assertThat(ServerAddress.same(ELSEWHERE, url)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://upgrades.example",
                "https://upgrades.example:8443",
                "https://upgrades.example/gateway",
                "https://upgrades.example.evil",
                "https://evil\\@upgrades.example",
                ""
            })
    void and_another_one_is_another_one(String url) {
        assertThat(ServerAddress.same(ELSEWHERE, url)).isFalse();
    }

    @Test
    void a_log_in_is_kept_for_its_users_eyes_only() throws IOException {
        var file = files.logIns().store(ELSEWHERE, "anna", "secret", "2026-07-15T07:46:10+0000");

        assertThat(file).hasParent(home.resolve(".config/changeover/login"));
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(permissions(files.logIns().directory())).isEqualTo("rwx------");
        assertThat(files.logIns().name(ELSEWHERE)).contains("anna");
        try (var left = Files.list(files.logIns().directory())) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void a_later_log_in_takes_the_place_of_an_earlier_one() {
        files.logIns().store(HERE, "anna", "old", "");
        files.logIns().store(HERE, "bert", "new", "");

        assertThat(token(HERE)).contains("new");
        assertThat(files.logIns().forget(HERE)).isTrue();
        assertThat(files.logIns().forget(HERE)).isFalse();
        assertThat(token(HERE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\nlines", "secret\u001b[2J", "secret\u00e9", "secret\u202e"})
    void what_no_header_takes_is_refused_without_showing_it_and_with_where_it_is(String token) {
        environment.put("CHANGEOVER_TOKEN", token);
        assertRefused("CHANGEOVER_TOKEN: ");

        environment.remove("CHANGEOVER_TOKEN");
        files.logIns().store(HERE, "anna", token, "");
        assertRefused("the log-in stored here: ");
    }

    private void assertRefused(String from) {
        var typed = Typed.run(files, Keyboard.ofThisProcess(), "whoami", "--server", HERE.toString());

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).startsWith(from).doesNotContain("secret", "Exception");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private void everything() throws IOException {
        environment.put("CHANGEOVER_TOKEN", "of the environment\n");
        files.logIns().store(HERE, "anna", "logged in", "2026-07-15T07:46:10+0000");
        write(".config/changeover/changeover.toml", "token = \"configured\"");
        serverOfThisHost();
    }

    private void serverOfThisHost() throws IOException {
        write(".changeover/server.json", "{\"url\":\"%s\"}".formatted(HERE));
        write(".changeover/operator-token", "left\n");
    }

    private Optional<String> token(URI server) {
        return token(server, null);
    }

    private Optional<String> token(URI server, @Nullable String told) {
        return new Credentials(files).find(server, told).map(Credentials.Found::token);
    }

    private void write(String name, String content) throws IOException {
        var file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
