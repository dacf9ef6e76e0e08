package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Accounts;
import dev.changeover.access.OneTimeToken;
import dev.changeover.api.ApiScene;
import dev.changeover.client.Exit;
import dev.changeover.client.UserFiles;
import dev.changeover.database.Sql;
import io.micronaut.context.BeanContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials, from the first start of a server to the last key, as a person on its host types it. */
@MicronautTest(environments = "api", transactional = false)
class AccessCommandsTest {
    private static final String PASSWORD = "correct horse battery";

    private final ApiScene scene;
    private final BeanContext server;

    @TempDir
    Path home = Path.of("");

    private final Map<String, String> environment = new HashMap<>();

    AccessCommandsTest(ApiScene scene, EmbeddedServer here) {
        this.scene = scene;
        this.server = here.getApplicationContext();
    }

    @BeforeEach
    void a_first_start() throws IOException {
        var sql = server.getBean(Sql.class);
        sql.change("delete from account");
        sql.change("delete from one_time_token");
        write("server.json", "{\"url\":\"%s\"}".formatted(scene.server));
        write("operator-token", server.getBean(OneTimeToken.class).make().orElseThrow());
    }

    private void write(String name, String content) throws IOException {
        var data = Files.createDirectories(home.resolve(".changeover"));
        Files.writeString(data.resolve(name), content);
    }

    @Test
    void the_first_operator_is_added_with_what_the_first_start_left_and_logs_in_from_then_on() {
        assertThat(type("whoami").out()).contains("first-start", "operator-token");

        var added = type("user add anna --role operator", PASSWORD, PASSWORD);

        assertThat(added.exit()).as(added.err()).isZero();
        assertThat(added.out().strip()).isEqualTo("added: anna, operator of all projects");
        assertThat(added.err()).contains("good no more", "login anna");
        var refused = type("user list");
        assertThat(refused.exit()).isEqualTo(Exit.NOT_LOGGED_IN);
        assertThat(refused.err())
                .contains("DBS.280056", "operator-token is not good there, or not any more", "login NAME");

        var in = type("login anna", PASSWORD);

        assertThat(in.exit()).as(in.err()).isZero();
        assertThat(in.out()).contains("logged in at", "as anna (operator) until");
        assertThat(type("whoami").out()).contains("anna", "rds:access:manage", "the log-in stored here");
        assertThat(type("user list").out()).contains("anna  operator  *");
    }

    @Test
    void a_log_out_ends_the_log_in_here_and_there() {
        operator();
        type("login anna", PASSWORD);
        var token = files().logIns().token(scene.server).orElseThrow();

        var out = type("logout");

        assertThat(out.exit()).as(out.err()).isZero();
        assertThat(out.out().strip()).isEqualTo("anna is logged out");
        assertThat(files().logIns().token(scene.server)).isEmpty();
        assertThat(type("whoami --token " + token).exit()).isEqualTo(Exit.NOT_LOGGED_IN);
        assertThat(type("logout").out()).contains("nobody is logged in at");
    }

    /** What a terminal sends in another encoding than the program takes it for: nobody could type it a second time. */
    @Test
    void a_password_or_a_word_of_which_characters_are_lost_is_refused() {
        var password =
                type("user add anna --role operator", "gr\ufffd\ufffdn horse battery", "gr\ufffd\ufffdn horse battery");
        var piped = type("user add anna --role operator --password-stdin", "gr\ufffdn horse battery");
        var word = type("user add j\ufffd\ufffdrg --role operator", PASSWORD, PASSWORD);

        assertThat(password.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(password.err()).startsWith("the password has characters that this terminal's locale does not know");
        assertThat(piped.err()).startsWith("the password has characters");
        assertThat(word.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(word.err()).startsWith("'j??rg' has characters that this terminal's locale does not know");
        assertThat(type("user add anna --role operator", PASSWORD, PASSWORD).exit())
                .isZero();
    }

    @Test
    void a_wrong_password_keeps_nothing() {
        operator();

        var typed = type("login anna", "no idea at all");

        assertThat(typed.exit()).isEqualTo(Exit.NOT_LOGGED_IN);
        assertThat(typed.err()).startsWith("DBS.280056").doesNotContain("log in with");
        assertThat(files().logIns().token(scene.server)).isEmpty();
    }

    @Test
    void a_name_that_is_left_out_is_asked_for_and_json_shows_no_token() {
        operator();

        var typed = type("login -o json", "anna", PASSWORD);

        assertThat(typed.exit()).as(typed.err()).isZero();
        assertThat(typed.json().path("name").asText()).isEqualTo("anna");
        assertThat(typed.json().has("token")).isFalse();
    }

    @Test
    void who_is_nobody_is_told_how_to_become_somebody() throws IOException {
        Files.delete(home.resolve(".changeover/operator-token"));

        var typed = type("instances");

        assertThat(typed.exit()).isEqualTo(Exit.NOT_LOGGED_IN);
        assertThat(typed.err()).contains("nothing here says who you are", "login NAME", "CHANGEOVER_TOKEN");
    }

    @Test
    void who_may_not_is_told_which_permission_is_missing() {
        operator();
        type("login anna", PASSWORD);
        type("user add bert --role viewer --project p-1", PASSWORD, PASSWORD);
        type("login bert", PASSWORD);

        var typed = type("user list");

        assertThat(typed.exit()).isEqualTo(Exit.FAILED);
        assertThat(typed.err()).contains("bert is not permitted", "rds:access:manage");
    }

    @Test
    void an_account_is_changed_and_removed() {
        operator();
        type("login anna", PASSWORD);

        assertThat(type("user add shop --role owner --project p-1 --project p-2 --no-password")
                        .out()
                        .strip())
                .isEqualTo("added: shop, owner of p-1, p-2");
        assertThat(type("user set shop --role viewer").out().strip()).isEqualTo("changed: shop, viewer of p-1, p-2");
        assertThat(type("user set shop --project *").out().strip()).isEqualTo("changed: shop, viewer of all projects");
        assertThat(type("user list")
                        .out()
                        .lines()
                        .map(line -> line.replaceAll("20.*", "").strip()))
                .containsExactly(
                        "NAME  ROLE      PROJECTS  PASSWORD  SINCE",
                        "anna  operator  *         yes",
                        "shop  viewer    *         no");
        assertThat(type("user remove shop").out().strip()).isEqualTo("removed: shop");
        assertThat(type("user remove shop").err()).contains("DBS.200002");
        assertThat(type("user remove anna").err()).contains("last operator");
    }

    @Test
    void an_operator_sets_anothers_password_and_everybody_their_own() {
        operator();
        type("login anna", PASSWORD);
        type("user add bert --role viewer --project p-1 --password-stdin", PASSWORD);

        var others = type("user password bert", "quite another one", "quite another one");
        type("login bert", "quite another one");
        var own = type("user password", "quite another one", PASSWORD, PASSWORD);

        assertThat(others.exit()).as(others.err()).isZero();
        assertThat(own.exit()).as(own.err()).isZero();
        assertThat(type("login bert", PASSWORD).exit()).isZero();
    }

    @Test
    void two_passwords_that_differ_are_wrong_use() {
        operator();
        type("login anna", PASSWORD);

        var typed = type("user add bert --role viewer --project p-1", PASSWORD, "another");

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).contains("not the same");
        assertThat(server.getBean(Accounts.class).account("bert")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login anna",
                "login",
                "login anna --password-stdin",
                "user add bert --role viewer --project p-1",
                "user add bert",
                "user add bert --role king",
                "user add bert --role viewer --no-password",
                "user add bert --role operator --no-password --password-stdin",
                "user set anna",
                "user password anna",
                "user remove",
                "key remove"
            })
    void what_cannot_be_asked_or_makes_no_sense_is_wrong_use(String words) {
        var typed = type(words);

        assertThat(typed.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(typed.err()).contains("for its usage: changeover");
    }

    @Test
    void a_key_is_shown_once_as_lines_to_paste() {
        operator();
        type("login anna", PASSWORD);
        type("user add shop --role owner --project p-1 --no-password");

        var made = type("key add shop");

        assertThat(made.out().lines())
                .hasSize(2)
                .anyMatch(line -> line.matches("export HUAWEICLOUD_SDK_AK=[A-Z0-9]{20}"))
                .anyMatch(line -> line.matches("export HUAWEICLOUD_SDK_SK=[A-Za-z0-9]{40}"));
        var id = made.out().lines().findFirst().orElseThrow().replaceAll(".*=", "");
        assertThat(type("key add -o json").json().path("account").asText()).isEqualTo("anna");
        assertThat(type("key list").out()).contains("ACCESS KEY", id + "  shop", "  anna");
        assertThat(type("key list shop").out()).contains(id).doesNotContain("anna");
        assertThat(type("key remove " + id).out().strip()).isEqualTo("removed: " + id);
        assertThat(type("key list shop").out()).startsWith("no access keys; make one with: changeover key add shop");
    }

    @Test
    void who_manages_nothing_has_keys_of_their_own() {
        operator();
        type("login anna", PASSWORD);
        type("key add");
        type("user add bert --role viewer --project p-1", PASSWORD, PASSWORD);
        type("login bert", PASSWORD);

        var id = type("key add -o json").json().path("access_key_id").asText();

        assertThat(type("key list").out()).contains(id).doesNotContain("anna");
        assertThat(type("key add anna").exit()).isEqualTo(Exit.FAILED);
        assertThat(type("key remove " + id).exit()).isZero();
    }

    @Test
    void the_audit_trail_says_who_did_what_to_what() {
        type("user add carol --role operator", PASSWORD, PASSWORD);
        type("login carol", PASSWORD);
        type("user add shop --role owner --project p-1 --no-password");
        type("user remove nobody");

        assertThat(trail("audit --actor carol --action account.add"))
                .containsExactly(
                        "WHEN WHO FROM ACTION ON OUTCOME STATUS CODE TIMES WHY",
                        "carol 127.0.0.1 account.add account shop done 200 1");
        assertThat(trail("audit --actor carol --account nobody --outcome refused"))
                .contains("carol 127.0.0.1 account.remove account nobody refused 404 DBS.200002 1");
        assertThat(type("audit --action account.add --actor nobody").out().strip())
                .isEqualTo("no entries; of the last 30 days, unless --since says otherwise");
        assertThat(type("audit --outcome perhaps").err()).contains("outcome: one of done");
        assertThat(type("audit --limit 1 -o json").json().path("total_count").asInt())
                .isPositive();
    }

    @Test
    void a_line_of_the_audit_trail_names_some_of_many_and_json_names_all() throws IOException {
        operator();
        type("login anna", PASSWORD);
        var projects = IntStream.range(0, 9).mapToObj(n -> "{id: q-%d, name: q, region: eu}".formatted(n));
        var file = home.resolve("fleet.yaml");
        Files.writeString(file, projects.collect(Collectors.joining(", ", "{projects: [", "]}")));

        assertThat(type("fleet import " + file).exit()).isZero();

        assertThat(trail("audit --project q-8").getLast())
                .isEqualTo("anna 127.0.0.1 fleet.register project q-0, project q-1, project q-2, and more done 200 1");
        assertThat(type("audit --project q-8 -o json").out()).contains("\"q-8\"");
    }

    /** Without when it was, and without the gaps between the columns. */
    private List<String> trail(String words) {
        return type(words)
                .out()
                .lines()
                .map(line -> line.replaceAll("^20\\S+ \\S+ +", "").replaceAll(" +", " "))
                .toList();
    }

    private void operator() {
        type("user add anna --role operator", PASSWORD, PASSWORD);
    }

    private UserFiles files() {
        return new UserFiles(environment::get, home);
    }

    /** A person before a terminal with these answers; where there are none, nobody sits there. */
    private Typed type(String words, String... answers) {
        return Typed.run(files(), new Answers(answers), words.split(" "));
    }

    private static final class Answers implements Keyboard {
        private final ArrayDeque<String> left;

        Answers(String... answers) {
            left = new ArrayDeque<>(Arrays.asList(answers));
        }

        @Override
        public Optional<String> answer(String question) {
            return Optional.ofNullable(left.poll());
        }

        @Override
        public Optional<String> secret(String question) {
            return answer(question);
        }

        @Override
        public Optional<String> line() {
            return answer("");
        }
    }
}
