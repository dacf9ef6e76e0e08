package dev.changeover.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.database.Sql;
import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts, their tokens and what stands for the first operator, on whatever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AccountsContract {
    private static final String PASSWORD = "correct horse battery";
    private static final String ANOTHER = "staple it together";
    private static final Account ANNA = Account.operator("anna");
    private static final Account BERT = Account.operator("bert");
    private static final Account SHOP = new Account("shop", Role.OWNER, Set.of("p-1", "p-2"));

    private ApplicationContext context;
    private Sql sql;
    private Accounts accounts;
    private OneTimeToken oneTime;
    private Tokens tokens;

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        sql = context.getBean(Sql.class);
        accounts = context.getBean(Accounts.class);
        oneTime = context.getBean(OneTimeToken.class);
        tokens = context.getBean(Tokens.class);
    }

    @AfterAll
    void close() {
        context.close();
    }

    @BeforeEach
    void nobody_yet() {
        sql.change("delete from account");
        sql.change("delete from one_time_token");
    }

    @Test
    void gives_back_an_account_as_it_was_added() {
        accounts.add(SHOP, null, "");
        accounts.add(ANNA, PASSWORD, "");

        assertThat(accounts.account("shop")).contains(SHOP);
        assertThat(accounts.account("nobody")).isEmpty();
        assertThat(accounts.entries()).extracting(Accounts.Entry::account).containsExactly(ANNA, SHOP);
        assertThat(accounts.entries()).extracting(Accounts.Entry::hasPassword).containsExactly(true, false);
    }

    @Test
    void a_name_is_there_once_and_the_one_time_tokens_have_theirs_to_themselves() {
        accounts.add(SHOP, null, "");

        assertThatThrownBy(() -> accounts.add(new Account("shop", Role.VIEWER, Set.of("*")), PASSWORD, ""))
                .isInstanceOf(Accounts.Taken.class);
        assertThatThrownBy(() -> accounts.add(Account.operator(OneTimeToken.NAME), PASSWORD, ""))
                .isInstanceOf(Accounts.Taken.class);
        assertThat(accounts.account("shop")).contains(SHOP);
        assertThat(oneTime.operatorExists()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 257})
    void a_password_that_is_too_short_or_too_long_is_refused(int length) {
        assertThatThrownBy(() -> accounts.add(SHOP, "x".repeat(length), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("password: 12 to 256");

        assertThat(accounts.entries()).isEmpty();
    }

    @Test
    void only_the_right_password_of_the_right_name_lets_in() {
        accounts.add(ANNA, PASSWORD, "");
        accounts.add(SHOP, null, "");

        assertThat(accounts.account("anna", PASSWORD)).contains(ANNA);
        assertThat(accounts.account("anna", ANOTHER)).isEmpty();
        assertThat(accounts.account("shop", "nobody")).isEmpty();
        assertThat(accounts.account("nobody", "nobody")).isEmpty();
    }

    /** The same algorithm with the same figures, so that the time an answer takes tells nothing. */
    @Test
    void a_name_that_does_not_exist_is_as_much_work_as_a_wrong_password() {
        accounts.add(ANNA, PASSWORD, "");

        var stored = sql.first("select password_hash from account", row -> row.text("password_hash"))
                .orElseThrow();

        assertThat(figures(stored)).startsWith("$argon2id$").isEqualTo(figures(Passwords.NOBODY));
    }

    /** All but salt and hash. */
    private static String figures(String hash) {
        var salt = hash.lastIndexOf('$', hash.lastIndexOf('$') - 1);
        return hash.substring(0, salt);
    }

    @Test
    void role_and_projects_are_others_from_the_next_call_on() {
        accounts.add(ANNA, null, "");
        accounts.add(SHOP, null, "");
        var token = token(SHOP);
        var less = new Account("shop", Role.VIEWER, Set.of("p-2"));

        assertThat(change(less, "")).isTrue();

        assertThat(tokens.bearer(token)).map(Tokens.Bearer::account).contains(less);
        assertThat(change(new Account("nobody", Role.VIEWER, Set.of("*")), "")).isFalse();
        assertThat(accounts.account("nobody")).isEmpty();
    }

    @Test
    void the_last_operator_can_be_neither_removed_nor_made_less() {
        accounts.add(ANNA, null, "");

        assertThatThrownBy(() -> accounts.remove("anna")).isInstanceOf(Accounts.LastOperator.class);
        assertThatThrownBy(() -> change(new Account("anna", Role.OWNER, Set.of("*")), ""))
                .isInstanceOf(Accounts.LastOperator.class);
        assertThat(change(ANNA, "")).isTrue();

        accounts.add(BERT, null, "");
        assertThat(accounts.remove("anna")).isTrue();
        assertThat(accounts.remove("anna")).isFalse();
    }

    @RepeatedTest(5)
    void of_two_operators_who_remove_each_other_at_once_one_stays() throws Exception {
        accounts.add(ANNA, null, "");
        accounts.add(BERT, null, "");

        var refused = atOnce(() -> accounts.remove("anna"), () -> accounts.remove("bert"));

        assertThat(refused).singleElement().isInstanceOf(Accounts.LastOperator.class);
        assertThat(accounts.entries()).hasSize(1);
    }

    @RepeatedTest(5)
    void of_two_operators_who_make_each_other_less_at_once_one_stays() throws Exception {
        accounts.add(ANNA, null, "");
        accounts.add(BERT, null, "");

        var refused =
                atOnce(() -> change(new Account("anna", Role.VIEWER, Set.of("*")), ""), () -> accounts.remove("bert"));

        assertThat(refused).singleElement().isInstanceOf(Accounts.LastOperator.class);
        assertThat(oneTime.operatorExists()).isTrue();
    }

    @Test
    void of_two_who_change_an_account_at_once_neither_undoes_the_other() throws Exception {
        accounts.add(SHOP, null, "");
        var bothRead = new CountDownLatch(2);

        var refused = atOnce(
                () -> accounts.change(
                        "shop",
                        was -> new Account(
                                "shop", Role.VIEWER, read(was, bothRead).projects()),
                        ""),
                () -> accounts.change(
                        "shop", was -> new Account("shop", read(was, bothRead).role(), Set.of("p-3")), ""));

        assertThat(refused).isEmpty();
        assertThat(accounts.account("shop")).contains(new Account("shop", Role.VIEWER, Set.of("p-3")));
    }

    /** Gives the other one the time to read it too, unless that has to wait. */
    private static Account read(Accounts.Entry was, CountDownLatch bothRead) {
        bothRead.countDown();
        try {
            bothRead.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
        return was.account();
    }

    private boolean change(Account account, String by) {
        return accounts.change(account.name(), was -> account, by);
    }

    private static List<Throwable> atOnce(Callable<Boolean> one, Callable<Boolean> other) throws InterruptedException {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var both = List.of(one, other).stream()
                    .map(work -> threads.submit(() -> {
                        start.await();
                        return work.call();
                    }))
                    .toList();
            start.countDown();
            return both.stream()
                    .flatMap(future -> {
                        try {
                            future.get();
                            return Stream.<Throwable>empty();
                        } catch (ExecutionException failed) {
                            return Stream.of(failed.getCause());
                        } catch (InterruptedException stopped) {
                            throw new AssertionError(stopped);
                        }
                    })
                    .toList();
        }
    }

    @Test
    void a_removed_accounts_tokens_end() {
        accounts.add(SHOP, null, "");
        var token = token(SHOP);

        accounts.remove("shop");

        assertThat(tokens.bearer(token)).isEmpty();
    }

    @Test
    void a_new_password_ends_what_was_issued_before() {
        accounts.add(SHOP, PASSWORD, "");
        var before = token(SHOP);

        assertThat(accounts.setPassword("shop", ANOTHER)).isTrue();

        assertThat(tokens.bearer(before)).isEmpty();
        assertThat(tokens.bearer(token(SHOP))).isPresent();
        assertThat(accounts.account("shop", PASSWORD)).isEmpty();
        assertThat(accounts.account("shop", ANOTHER)).contains(SHOP);
        assertThat(accounts.setPassword("nobody", ANOTHER)).isFalse();
    }

    @Test
    void one_time_tokens_stand_for_an_operator_until_there_is_one() {
        var one = oneTime.make().orElseThrow();
        var other = oneTime.make().orElseThrow();
        accounts.add(SHOP, null, "");

        assertThat(oneTime.account(one)).contains(Account.operator(OneTimeToken.NAME));
        assertThat(oneTime.account(other)).isPresent();
        assertThat(oneTime.account("another")).isEmpty();

        accounts.add(ANNA, PASSWORD, "");

        assertThat(oneTime.account(one)).isEmpty();
        assertThat(oneTime.account(other)).isEmpty();
        assertThat(oneTime.make()).isEmpty();
    }

    @Test
    void who_becomes_the_first_operator_ends_them_too() {
        var token = oneTime.make().orElseThrow();
        accounts.add(SHOP, null, "");

        change(Account.operator("shop"), "");

        assertThat(oneTime.account(token)).isEmpty();
        assertThat(oneTime.make()).isEmpty();
    }

    @RepeatedTest(5)
    void of_two_at_once_whom_tokens_stand_for_one_makes_an_operator() throws Exception {
        oneTime.make();
        oneTime.make();

        var refused = atOnce(() -> addByToken(ANNA), () -> addByToken(BERT));

        assertThat(refused).singleElement().isInstanceOf(OneTimeToken.UsedUp.class);
        assertThat(accounts.entries()).hasSize(1);
    }

    @RepeatedTest(5)
    void nor_do_two_of_them_promote_two_at_once() throws Exception {
        accounts.add(SHOP, null, "");
        accounts.add(new Account("bert", Role.VIEWER, Set.of("*")), null, "");
        oneTime.make();

        var refused = atOnce(
                () -> change(Account.operator("shop"), OneTimeToken.NAME), () -> change(BERT, OneTimeToken.NAME));

        assertThat(refused).singleElement().isInstanceOf(OneTimeToken.UsedUp.class);
        assertThat(accounts.entries())
                .filteredOn(entry -> entry.account().role() == Role.OPERATOR)
                .hasSize(1);
    }

    private boolean addByToken(Account account) {
        accounts.add(account, null, OneTimeToken.NAME);
        return true;
    }

    @Test
    void that_of_a_first_start_ends_by_itself_after_a_day_and_another_start_makes_another() {
        var now = context.getBean(Clock.class).instant();
        var token = at(now.minus(Duration.ofHours(23))).make().orElseThrow();
        var late = at(now.minus(Duration.ofHours(25))).make().orElseThrow();

        assertThat(oneTime.account(token)).contains(Account.operator(OneTimeToken.NAME));
        assertThat(oneTime.account(late)).isEmpty();

        var another = oneTime.make().orElseThrow();
        assertThat(oneTime.account(another)).isPresent();
        assertThat(sql.list("select hash from one_time_token", row -> row.text("hash")))
                .hasSize(2);
    }

    @Test
    void one_that_was_asked_for_to_recover_stands_beside_the_operators_until_one_of_them_is_in_again() {
        accounts.add(ANNA, PASSWORD, "");
        accounts.add(SHOP, PASSWORD, "");
        var token = oneTime.recover();

        assertThat(oneTime.account(token)).contains(Account.operator(OneTimeToken.RECOVERY));
        accounts.setPassword("shop", ANOTHER);
        assertThat(oneTime.account(token)).isPresent();

        accounts.setPassword("anna", ANOTHER);
        assertThat(oneTime.account(token)).isEmpty();
    }

    @Test
    void a_new_operator_ends_it_as_well() {
        accounts.add(ANNA, PASSWORD, "");
        var token = oneTime.recover();

        accounts.add(BERT, PASSWORD, "");

        assertThat(oneTime.account(token)).isEmpty();
    }

    @Test
    void it_ends_by_itself_after_an_hour_and_leaves_nothing_behind() {
        accounts.add(ANNA, PASSWORD, "");
        var now = context.getBean(Clock.class).instant();
        var token = at(now.minus(Duration.ofMinutes(59))).recover();
        var late = at(now.minus(Duration.ofMinutes(61))).recover();

        assertThat(oneTime.account(token)).isPresent();
        assertThat(oneTime.account(late)).isEmpty();

        oneTime.recover();
        assertThat(sql.list("select hash from one_time_token", row -> row.text("hash")))
                .hasSize(2);
    }

    private OneTimeToken at(Instant time) {
        return new OneTimeToken(sql, Clock.fixed(time, ZoneOffset.UTC));
    }

    private String token(Account account) {
        return tokens.issue(account, Duration.ofHours(1)).text();
    }
}
