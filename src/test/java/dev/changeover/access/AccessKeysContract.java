package dev.changeover.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.database.Sql;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Access keys, on whatever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AccessKeysContract {
    private static final Account SHOP = new Account("shop", Role.OWNER, Set.of("p-1"));

    private ApplicationContext context;
    private Sql sql;
    private Accounts accounts;
    private AccessKeys keys;

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        sql = context.getBean(Sql.class);
        accounts = context.getBean(Accounts.class);
        keys = context.getBean(AccessKeys.class);
    }

    @AfterAll
    void close() {
        context.close();
    }

    @BeforeEach
    void only_the_shop() {
        sql.change("delete from account");
        accounts.add(SHOP, null, "");
    }

    @Test
    void a_key_stands_for_its_account_to_whoever_knows_the_secret() {
        var made = make();

        assertThat(keys.account(made.key().id(), made.secret()::equals)).contains(SHOP);
        assertThat(keys.account(made.key().id(), "another"::equals)).isEmpty();
        assertThat(made.key().id()).matches("[A-Z0-9]{20}");
        assertThat(made.secret()).matches("[A-Za-z0-9]{40}");
    }

    @Test
    void an_unknown_key_is_checked_too_and_stands_for_nobody() {
        var checked = new ArrayList<String>();

        var account = keys.account("NOSUCHKEY", secret -> checked.add(secret));

        assertThat(account).isEmpty();
        assertThat(checked).singleElement().asString().hasSize(40);
    }

    @Test
    void keys_are_listed_without_their_secrets() {
        accounts.add(Account.operator("anna"), null, "");
        var first = make();
        var second = make();
        var third = keys.make("anna").orElseThrow();

        assertThat(keys.keys("shop"))
                .extracting(AccessKeys.AccessKey::id)
                .containsExactlyInAnyOrder(first.key().id(), second.key().id());
        assertThat(keys.keys()).extracting(AccessKeys.AccessKey::account).containsExactly("anna", "shop", "shop");
        assertThat(keys.key(third.key().id()))
                .hasValueSatisfying(key -> assertThat(key.account()).isEqualTo("anna"));
        assertThat(third.toString()).doesNotContain(third.secret());
    }

    @Test
    void nobody_gets_no_key() {
        assertThat(keys.make("nobody")).isEmpty();
    }

    @Test
    void an_account_has_at_most_fifty_keys_also_where_two_are_made_at_once() {
        IntStream.range(0, AccessKeys.MOST - 1).forEach(i -> make());

        var atOnce = new ArrayList<Future<AccessKeys.Made>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) atOnce.add(threads.submit(this::make));
        }

        assertThat(keys.keys("shop")).hasSize(AccessKeys.MOST);
        assertThat(atOnce)
                .filteredOn(made -> made.state() == Future.State.SUCCESS)
                .hasSize(1);
        assertThatThrownBy(this::make)
                .isInstanceOf(AccessKeys.TooMany.class)
                .hasMessage(
                        "account 'shop' has 50 access keys or more, and gets no further one: remove one that no program uses");
        accounts.add(Account.operator("anna"), null, "");
        assertThat(keys.make("anna")).isPresent();
    }

    @Test
    void an_account_that_had_more_keys_before_they_were_limited_keeps_them() {
        var made = make();
        IntStream.range(0, AccessKeys.MOST)
                .forEach(i -> sql.change(
                        "insert into access_key (id, account, secret, created_at)"
                                + " select ?, account, secret, created_at from access_key where id = ?",
                        "OLD" + i,
                        made.key().id()));

        assertThat(keys.keys("shop")).hasSize(AccessKeys.MOST + 1);
        assertThat(keys.account(made.key().id(), made.secret()::equals)).contains(SHOP);
        assertThatThrownBy(this::make).isInstanceOf(AccessKeys.TooMany.class);
        keys.remove("OLD0");
        keys.remove("OLD1");
        assertThat(make().key().account()).isEqualTo("shop");
    }

    @Test
    void a_removed_key_stands_for_nobody() {
        var made = make();

        assertThat(keys.remove(made.key().id())).isTrue();
        assertThat(keys.remove(made.key().id())).isFalse();
        assertThat(keys.account(made.key().id(), made.secret()::equals)).isEmpty();
    }

    @Test
    void the_keys_of_a_removed_account_are_removed_with_it() {
        var made = make();

        accounts.remove("shop");

        assertThat(keys.keys()).isEmpty();
        assertThat(keys.account(made.key().id(), made.secret()::equals)).isEmpty();
    }

    @Test
    void the_database_does_not_have_the_secret() {
        var made = make();

        assertThat(stored(made)).doesNotContain(made.secret());
    }

    @Test
    void a_secret_that_was_copied_to_another_key_opens_nothing() {
        var made = make();
        var other = make();

        sql.change(
                "update access_key set secret = ? where id = ?",
                stored(made),
                other.key().id());

        assertThatThrownBy(() -> keys.account(other.key().id(), made.secret()::equals))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(other.key().id());
    }

    /** The database is trusted: roles are not sealed, so that sealing keys to accounts would bar nobody. */
    @Test
    void who_writes_to_the_database_is_whom_they_like() {
        accounts.add(Account.operator("anna"), null, "");
        var made = make();

        sql.change(
                "update access_key set account = 'anna' where id = ?",
                made.key().id());
        assertThat(keys.account(made.key().id(), made.secret()::equals))
                .hasValueSatisfying(account -> assertThat(account.name()).isEqualTo("anna"));

        sql.change(
                "update access_key set account = 'shop' where id = ?",
                made.key().id());
        sql.change("update account set role = 'OPERATOR' where name = 'shop'");
        assertThat(keys.account(made.key().id(), made.secret()::equals))
                .hasValueSatisfying(account -> assertThat(account.role()).isEqualTo(Role.OPERATOR));
    }

    @Test
    void a_server_with_another_key_file_says_so(@TempDir Path elsewhere) {
        var made = make();
        var file = KeyFile.at(elsewhere.resolve("secret.key"));
        var otherServer = new AccessKeys(sql, accounts, file, Clock.systemUTC());

        assertThatThrownBy(() -> otherServer.account(made.key().id(), made.secret()::equals))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("secret.key")
                .hasMessageContaining(made.key().id());
    }

    private AccessKeys.Made make() {
        return keys.make("shop").orElseThrow();
    }

    private String stored(AccessKeys.Made made) {
        return sql.first(
                        "select secret from access_key where id = ?",
                        row -> row.text("secret"),
                        made.key().id())
                .orElseThrow();
    }
}
