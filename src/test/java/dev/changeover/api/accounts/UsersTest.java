package dev.changeover.api.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.OneTimeToken;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.database.Sql;
import io.micronaut.context.BeanContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@MicronautTest(environments = "api", transactional = false)
class UsersTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String ANOTHER = "staple it together";

    private final BeanContext beans;
    private final Accounts accounts;
    private final Calls call;

    UsersTest(ApiScene scene, EmbeddedServer here) {
        this.beans = here.getApplicationContext();
        this.accounts = beans.getBean(Accounts.class);
        this.call = scene.call;
    }

    @BeforeEach
    void only_anna() {
        beans.getBean(Sql.class).change("delete from account where name <> ?", Callers.OPERATOR);
    }

    @Test
    void an_account_is_added_changed_and_removed() {
        var added = call.post("/v3/users", "{\"name\":\"bert\",\"role\":\"owner\",\"projects\":[\"p-2\",\"p-1\"]}");

        assertThat(added.status()).as(added.text()).isEqualTo(200);
        assertThat(added.json().path("created_at").asText()).isNotEmpty();
        assertThat(added.text())
                .contains("\"name\":\"bert\",\"role\":\"owner\",\"projects\":[\"p-1\",\"p-2\"],\"has_password\":false");

        var changed = call.put("/v3/users/bert", "{\"role\":\"Viewer\"}");

        assertThat(changed.text()).contains("\"role\":\"viewer\",\"projects\":[\"p-1\",\"p-2\"]");
        assertThat(call.get("/v3/users").json().path("users").findValuesAsText("name"))
                .containsExactly("anna", "bert");

        assertThat(call.send("DELETE", "/v3/users/bert", "").status()).isEqualTo(200);
        assertThat(accounts.account("bert")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"role":"owner","projects":["*"]}                                     | name: is missing
            {"name":"","role":"owner","projects":["*"]}                           | name: is missing
            {"name":"a b","role":"owner","projects":["*"]}                        | name: 1 to 64
            {"name":"bert","projects":["*"]}                                      | role: is missing
            {"name":"bert","role":"king","projects":["*"]}                        | role: viewer, owner or operator
            {"name":"bert","role":"owner"}                                        | projects: owner needs
            {"name":"bert","role":"owner","projects":[]}                          | projects: owner needs
            {"name":"bert","role":"owner","projects":[null]}                      | projects: null
            {"name":"bert","role":"owner","projects":["p-1","p-9"]}               | projects: there is no project p-9
            {"name":"bert","role":"owner","projects":["p-1"],"password":"short"}  | password: 12 to 256
            {"name":"bert","role":"owner","projects":["p-1"],"password":""}       | password: 12 to 256
            """)
    void what_no_account_can_be_is_refused_with_the_field(String body, String sentence) {
        var answer = call.post("/v3/users", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).startsWith(sentence);
        assertThat(accounts.account("bert")).isEmpty();
    }

    @Test
    void a_name_that_is_taken_and_the_last_operator_are_conflicts() {
        var taken = call.post("/v3/users", "{\"name\":\"anna\",\"role\":\"operator\"}");
        var removed = call.send("DELETE", "/v3/users/anna", "");
        var less = call.put("/v3/users/anna", "{\"role\":\"viewer\",\"projects\":[\"*\"]}");

        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.message()).contains("'anna' exists already");
        assertThat(removed.status()).isEqualTo(409);
        assertThat(less.status()).isEqualTo(409);
        assertThat(less.message()).contains("last operator");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PUT    | /v3/users/nobody              | {"role":"operator"}
            PUT    | /v3/users/nobody/password     | {"password":"correct horse battery"}
            DELETE | /v3/users/nobody              | ''
            POST   | /v3/access-keys               | {"account":"nobody"}
            DELETE | /v3/access-keys/NOSUCHKEY     | ''
            DELETE | /v3/me/access-keys/NOSUCHKEY  | ''
            """)
    void who_is_not_there_is_404(String method, String path, String body) {
        var answer = call.send(method, path, body, "Content-Type", "application/json");

        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("DBS.200002");
    }

    @Test
    void an_operator_who_is_made_less_is_told_what_to_see() {
        accounts.add(Account.operator("carl"), null, "");

        var answer = call.put("/v3/users/carl", "{\"role\":\"viewer\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith("projects: ");
        assertThat(call.put("/v3/users/carl", "{\"role\":\"viewer\",\"projects\":[\"p-1\"]}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_password_that_is_set_is_the_one_that_counts() {
        call.post("/v3/users", "{\"name\":\"bert\",\"role\":\"operator\",\"password\":\"%s\"}".formatted(PASSWORD));

        var answer = call.put("/v3/users/bert/password", "{\"password\":\"%s\"}".formatted(ANOTHER));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(accounts.account("bert", ANOTHER)).isPresent();
        assertThat(call.put("/v3/users/bert/password", "{}").message()).isEqualTo("password: is missing");
        assertThat(call.put("/v3/users/bert/password", "{\"password\":\"short\"}")
                        .message())
                .startsWith("password: 12");
    }

    @Test
    void everybody_sets_their_own_password_with_the_old_one() {
        Callers.token(beans, "bert", Role.VIEWER, "p-1");
        accounts.setPassword("bert", PASSWORD);
        var bert = call.by(Callers.token(beans, "bert", Role.VIEWER, "p-1"));

        var guessed = bert.put("/v3/me/password", own(ANOTHER, ANOTHER));
        var right = bert.put("/v3/me/password", own(PASSWORD, ANOTHER));

        assertThat(guessed.status()).isEqualTo(400);
        assertThat(guessed.message()).startsWith("old_password: ");
        assertThat(right.status()).as(right.text()).isEqualTo(200);
        assertThat(accounts.account("bert", ANOTHER)).isPresent();
    }

    @Test
    void a_key_is_shown_with_its_secret_once_and_to_no_cache() {
        accounts.add(new Account("program", Role.OWNER, Set.of("p-1")), null, "");

        var made = call.post("/v3/access-keys", "{\"account\":\"program\"}");

        assertThat(made.status()).isEqualTo(200);
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        assertThat(made.json().path("secret_access_key").asText()).hasSize(40);
        var id = made.json().path("access_key_id").asText();
        var listed = call.get("/v3/access-keys?account=program");
        assertThat(listed.json().findValuesAsText("access_key_id")).containsExactly(id);
        assertThat(call.get("/v3/access-keys").json().findValuesAsText("access_key_id"))
                .contains(id);
        assertThat(listed.text())
                .doesNotContain(made.json().path("secret_access_key").asText());

        assertThat(call.send("DELETE", "/v3/access-keys/" + id, "").status()).isEqualTo(200);
        assertThat(call.get("/v3/access-keys?account=program").json().path("access_keys"))
                .isEmpty();
    }

    @Test
    void a_fifty_first_key_of_an_account_is_409() {
        var otto = call.by(Callers.token(beans, "otto", Role.VIEWER, "p-1"));
        for (int i = 0; i < 50; i++) otto.post("/v3/me/access-keys", "");

        for (var further :
                List.of(otto.post("/v3/me/access-keys", ""), call.post("/v3/access-keys", "{\"account\":\"otto\"}"))) {
            assertThat(further.status()).isEqualTo(409);
            assertThat(further.code()).isEqualTo("DBS.200086");
            assertThat(further.message()).startsWith("account 'otto' has 50 access keys");
        }
    }

    @Test
    void everybody_has_keys_of_their_own_and_sees_no_others() {
        var bert = call.by(Callers.token(beans, "bert", Role.VIEWER, "p-1"));
        var annas =
                call.post("/v3/me/access-keys", "").json().path("access_key_id").asText();
        var berts =
                bert.post("/v3/me/access-keys", "").json().path("access_key_id").asText();

        assertThat(bert.get("/v3/me/access-keys").json().findValuesAsText("access_key_id"))
                .containsExactly(berts);
        assertThat(bert.send("DELETE", "/v3/me/access-keys/" + annas, "").status())
                .isEqualTo(404);
        assertThat(bert.send("DELETE", "/v3/me/access-keys/" + berts, "").status())
                .isEqualTo(200);
        assertThat(bert.get("/v3/me/access-keys").json().path("access_keys")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /v3/users            | ''
            POST   | /v3/users            | {"name":"eve","role":"operator"}
            PUT    | /v3/users/bert       | {"role":"operator"}
            PUT    | /v3/users/anna/password | {"password":"correct horse battery"}
            DELETE | /v3/users/anna       | ''
            GET    | /v3/access-keys      | ''
            POST   | /v3/access-keys      | {"account":"anna"}
            DELETE | /v3/access-keys/ANY  | ''
            """)
    void only_an_operator_manages_accounts_and_others_are_told_what_they_lack(String method, String path, String body) {
        var bert = call.by(Callers.token(beans, "bert", Role.OWNER, "*"));

        var answer = bert.send(method, path, body, "Content-Type", "application/json");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("DBS.280056");
        assertThat(answer.message()).contains("bert", "rds:access:manage");
    }

    @Test
    void the_one_time_token_adds_the_first_operator_who_must_be_able_to_log_in() {
        beans.getBean(Sql.class).change("delete from account");
        var first = call.by(beans.getBean(OneTimeToken.class).make().orElseThrow());

        assertThat(first.post("/v3/me/access-keys", "").status()).isEqualTo(409);
        assertThat(first.post("/v3/users", "{\"name\":\"dora\",\"role\":\"operator\"}")
                        .message())
                .startsWith("password: this operator needs one");
        accounts.add(new Account("program", Role.OWNER, Set.of("p-1")), null, "");
        assertThat(first.put("/v3/users/program", "{\"role\":\"operator\"}").message())
                .startsWith("password: this operator needs one");

        var added = first.post(
                "/v3/users", "{\"name\":\"dora\",\"role\":\"operator\",\"password\":\"%s\"}".formatted(PASSWORD));

        assertThat(added.status()).as(added.text()).isEqualTo(200);
        assertThat(first.get("/v3/users").status()).isEqualTo(401);
    }

    @Test
    void of_two_one_time_tokens_that_are_used_at_once_one_adds_an_operator() {
        beans.getBean(Sql.class).change("delete from account");
        var one = call.by(beans.getBean(OneTimeToken.class).make().orElseThrow());
        var other = call.by(beans.getBean(OneTimeToken.class).make().orElseThrow());

        var first = CompletableFuture.supplyAsync(() -> addsAnOperator(one, "dora"), Thread::startVirtualThread);
        var second = CompletableFuture.supplyAsync(() -> addsAnOperator(other, "emil"), Thread::startVirtualThread);
        var statuses = List.of(first.join(), second.join());

        // The second one's token may have ended before it was looked at.
        assertThat(statuses).contains(200).containsAnyOf(401, 409).hasSize(2);
        assertThat(accounts.entries()).hasSize(1);
    }

    private static int addsAnOperator(Calls caller, String name) {
        var body = "{\"name\":\"%s\",\"role\":\"operator\",\"password\":\"%s\"}".formatted(name, PASSWORD);
        return caller.post("/v3/users", body).status();
    }

    @Test
    void who_recovers_adds_nobody_either_who_could_not_log_in() {
        var recovering = call.by(beans.getBean(OneTimeToken.class).recover());

        var refused = recovering.post("/v3/users", "{\"name\":\"dora\",\"role\":\"operator\"}");
        var viewer = recovering.post("/v3/users", "{\"name\":\"program\",\"role\":\"viewer\",\"projects\":[\"p-1\"]}");

        assertThat(refused.message()).startsWith("password: this operator needs one");
        assertThat(viewer.status()).isEqualTo(200);
        assertThat(recovering.get("/v3/users").status()).isEqualTo(200);
    }

    private static String own(String old, String fresh) {
        return "{\"old_password\":\"%s\",\"new_password\":\"%s\"}".formatted(old, fresh);
    }
}
