package dev.changeover.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.database.Sql;
import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Passwords, log-ins and what they give, on whatever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LogInContract {
    private static final String PASSWORD = "correct horse battery";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Account BERT = new Account("bert", Role.OWNER, Set.of("p-1", "p-2"));

    private ApplicationContext context;
    private Sql sql;
    private SetClock clock;
    private Accounts accounts;
    private OneTimeToken oneTime;
    private Tokens tokens;
    private LogIn logIn;

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        sql = context.getBean(Sql.class);
    }

    @AfterAll
    void close() {
        context.close();
    }

    @BeforeEach
    void nobody_is_there_and_nobody_has_failed() {
        sql.change("delete from account");
        sql.change("delete from one_time_token");
        sql.change("delete from ended_token");
        clock = new SetClock();
        accounts = new Accounts(sql, clock);
        oneTime = new OneTimeToken(sql, clock);
        tokens = new Tokens(context.getBean(KeyFile.class), accounts, oneTime, sql, clock);
        logIn = new LogIn(accounts, oneTime, tokens, new AccessSettings(Duration.ofHours(12)), clock);
    }

    @ParameterizedTest
    @CsvSource({
        "short one, 12 to 256 characters",
        "ŁŁŁŁŁŁŁŁŁŁŁ, 12 to 256 characters",
        "bert.of.the.north, own name",
        "BERT.of.the.NORTH, own name"
    })
    void a_password_that_is_none_is_refused_and_the_reason_named(String password, String reason) {
        var account = new Account("bert.of.the.north", Role.OWNER, Set.of("p-1"));
        accounts.add(account, PASSWORD, "");

        assertThatThrownBy(() -> accounts.setPassword(account.name(), password))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageStartingWith("password:");
        assertThat(accounts.account(account.name(), PASSWORD)).isPresent();
    }

    @Test
    void a_password_has_at_most_256_bytes_and_every_one_counts() {
        var longest = "é".repeat(128);
        accounts.add(BERT, longest, "");

        assertThat(accounts.account("bert", longest)).isPresent();
        assertThat(accounts.account("bert", "é".repeat(127) + "ee")).isEmpty();
        assertThatThrownBy(() -> accounts.setPassword("bert", longest + "e")).hasMessageContaining("12 to 256");
        assertThat(accounts.account("bert", "x".repeat(4_000_000))).isEmpty();
    }

    @Test
    void a_letter_is_the_same_however_a_keyboard_sends_it() {
        accounts.add(BERT, "caf\u00e9 caf\u00e9 caf\u00e9", "");

        assertThat(accounts.account("bert", "cafe\u0301 cafe\u0301 cafe\u0301")).isPresent();
    }

    @Test
    void nobody_of_the_store_has_a_name_of_the_identity_provider() {
        var provided = new Account(Account.PROVIDED + "bert", Role.OWNER, Set.of("p-1"));

        assertThatThrownBy(() -> accounts.add(provided, PASSWORD, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_token_is_good_until_it_expires() {
        accounts.add(BERT, null, "");
        var token = tokens.issue(BERT, HOUR).text();

        clock.pass(HOUR);
        var then = tokens.bearer(token);
        clock.pass(Duration.ofMillis(1));

        assertThat(then.map(Tokens.Bearer::account)).contains(BERT);
        assertThat(tokens.bearer(token)).isEmpty();
    }

    @Test
    void all_tokens_end_with_the_log_out_and_with_a_new_password_and_later_ones_are_good() {
        accounts.add(BERT, PASSWORD, "");
        var first = tokens.issue(BERT, HOUR).text();

        clock.pass(Duration.ofMillis(1));
        accounts.endTokens("bert");
        var second = tokens.issue(BERT, HOUR).text();
        var secondThen = tokens.bearer(second);
        clock.pass(Duration.ofMillis(1));
        accounts.setPassword("bert", PASSWORD + "!");

        assertThat(tokens.bearer(first)).isEmpty();
        assertThat(secondThen).isPresent();
        assertThat(tokens.bearer(second)).isEmpty();
        assertThat(tokens.bearer(tokens.issue(BERT, HOUR).text())).isPresent();
    }

    @Test
    void a_password_that_is_changed_while_the_old_one_is_looked_at_ends_what_that_gives() {
        accounts.add(BERT, PASSWORD, "");
        var settings = new AccessSettings(HOUR);
        var key = context.getBean(KeyFile.class);
        var meanwhile = new AtomicBoolean();
        var late = new SetClock() {
            @Override
            public Instant instant() {
                if (meanwhile.compareAndSet(false, true)) {
                    clock.pass(Duration.ofMillis(1));
                    accounts.setPassword("bert", PASSWORD + "!");
                }
                return clock.instant();
            }
        };
        var issuing = new Tokens(key, accounts, oneTime, sql, late);

        var given = new LogIn(accounts, oneTime, issuing, settings, clock).byPassword("bert", PASSWORD, "192.0.2.1");

        assertThat(issuing.bearer(given.token().text())).isEmpty();
        assertThat(meanwhile).isTrue();
    }

    /** Two servers on one database, one of them a minute behind. */
    @Test
    void what_ends_tokens_and_what_does_not_is_no_matter_of_two_servers_clocks() {
        var behind = new SetClock();
        var other = new Accounts(sql, behind);
        var theirs = new Tokens(context.getBean(KeyFile.class), other, oneTime, sql, behind);
        var settings = new AccessSettings(HOUR);
        clock.pass(Duration.ofMinutes(1));
        accounts.add(BERT, PASSWORD, "");
        var before = logIn.byPassword("bert", PASSWORD, "192.0.2.1").token().text();

        other.setPassword("bert", PASSWORD + "!");
        var ended = tokens.bearer(before);
        accounts.setPassword("bert", PASSWORD);
        var since = new LogIn(other, oneTime, theirs, settings, behind).byPassword("bert", PASSWORD, "192.0.2.1");

        assertThat(ended).isEmpty();
        assertThat(theirs.bearer(since.token().text())).isPresent();
        assertThat(tokens.bearer(since.token().text())).isPresent();
    }

    @Test
    void one_token_ends_alone_and_what_has_expired_is_forgotten() {
        accounts.add(BERT, null, "");
        var ended = tokens.issue(BERT, HOUR).text();
        var kept = tokens.issue(BERT, HOUR.plus(HOUR)).text();

        tokens.end(tokens.bearer(ended).orElseThrow());
        tokens.bearer(ended).ifPresent(tokens::end);
        var endedThen = tokens.bearer(ended);
        clock.pass(HOUR.plusSeconds(1));
        tokens.end(tokens.bearer(kept).orElseThrow());

        assertThat(endedThen).isEmpty();
        assertThat(tokens.bearer(kept)).isEmpty();
        assertThat(sql.list("select id from ended_token", row -> row.text("id")))
                .hasSize(1);
    }

    @Test
    void the_one_time_token_gives_one_that_ends_with_the_first_operator() {
        var oneTimeToken = oneTime.make().orElseThrow();

        var done = logIn.byOneTimeToken(oneTimeToken, "10.0.0.1");
        var then = tokens.bearer(done.token().text());
        accounts.add(Account.operator("anna"), PASSWORD, "");

        assertThat(then.map(Tokens.Bearer::account)).contains(Account.operator(OneTimeToken.NAME));
        assertThat(tokens.bearer(done.token().text())).isEmpty();
        assertThatThrownBy(() -> logIn.byOneTimeToken(oneTimeToken, "10.0.0.1"))
                .isInstanceOf(LogIn.WrongCredentials.class);
    }

    @Test
    void a_link_logs_in_once_and_does_nothing_else() {
        var link = oneTime.makeLink().orElseThrow();
        assertThat(oneTime.account(link)).isEmpty();

        var done = logIn.byOneTimeToken(link, "10.0.0.1");

        assertThat(tokens.bearer(done.token().text()).map(Tokens.Bearer::account))
                .contains(Account.operator(OneTimeToken.NAME));
        assertThatThrownBy(() -> logIn.byOneTimeToken(link, "10.0.0.1")).isInstanceOf(LogIn.WrongCredentials.class);
        assertThat(oneTime.account(link)).isEmpty();
        assertThat(tokens.bearer(done.token().text())).isPresent();
    }

    @Test
    void a_session_by_the_one_time_token_ends_alone() {
        var oneTimeToken = oneTime.make().orElseThrow();
        var done = logIn.byOneTimeToken(oneTimeToken, "10.0.0.1");

        tokens.end(tokens.bearer(done.token().text()).orElseThrow());

        assertThat(tokens.bearer(done.token().text())).isEmpty();
        assertThat(oneTime.account(oneTimeToken)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"bert", "nobody-of-this-name"})
    void five_wrong_passwords_lock_the_right_one_of_their_address_out_for_a_while_whether_or_not_the_name_exists(
            String name) {
        accounts.add(BERT, PASSWORD, "");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> logIn.byPassword(name, "wrong", "10.0.0.1"))
                    .isInstanceOf(LogIn.WrongCredentials.class);
        }

        assertThatThrownBy(() -> logIn.byPassword(name, PASSWORD, "10.0.0.1"))
                .isInstanceOfSatisfying(
                        Throttle.Throttled.class,
                        throttled -> assertThat(throttled.retryAfter()).isEqualTo(Duration.ofSeconds(5)));
    }

    @Test
    void who_guesses_at_a_name_from_one_address_does_not_lock_its_owner_out_at_another() {
        accounts.add(BERT, PASSWORD, "");
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> logIn.byPassword("bert", "wrong", "10.0.0.1"));
        }

        assertThat(logIn.byPassword("bert", PASSWORD, "10.0.0.2").account()).isEqualTo(BERT);
        assertThatThrownBy(() -> logIn.byPassword("bert", "wrong", "10.0.0.1")).isInstanceOf(Throttle.Throttled.class);
    }

    @Test
    void who_guesses_at_a_name_from_many_addresses_is_stopped_by_the_name() {
        accounts.add(BERT, PASSWORD, "");
        for (int i = 0; i < 50; i++) {
            var address = "10.0.1." + i;
            assertThatThrownBy(() -> logIn.byPassword("bert", "wrong", address))
                    .isInstanceOf(LogIn.WrongCredentials.class);
        }

        assertThatThrownBy(() -> logIn.byPassword("bert", PASSWORD, "10.0.2.1"))
                .isInstanceOfSatisfying(
                        Throttle.Throttled.class,
                        throttled -> assertThat(throttled.retryAfter()).isEqualTo(Duration.ofSeconds(5)));
    }

    @Test
    void after_the_wait_the_right_password_is_right() {
        accounts.add(BERT, PASSWORD, "");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> logIn.byPassword("bert", "wrong", "10.0.0.1"));
        }

        clock.pass(Duration.ofSeconds(5));

        assertThat(logIn.byPassword("bert", PASSWORD, "10.0.0.1").account()).isEqualTo(BERT);
        assertThatThrownBy(() -> logIn.byPassword("bert", "wrong", "10.0.0.1"))
                .isInstanceOf(LogIn.WrongCredentials.class);
    }

    @Test
    void who_guesses_many_names_is_stopped_by_the_address_and_so_is_the_whole_network_of_an_ipv6_one() {
        accounts.add(BERT, PASSWORD, "");
        for (int i = 0; i < 20; i++) {
            var name = "name-" + i;
            var address = "2001:db8:1:2::" + i;
            assertThatThrownBy(() -> logIn.byPassword(name, "wrong", address))
                    .isInstanceOf(LogIn.WrongCredentials.class);
        }

        assertThatThrownBy(() -> logIn.byPassword("bert", PASSWORD, "2001:db8:1:2:ffff::1"))
                .isInstanceOf(Throttle.Throttled.class);
        assertThatThrownBy(() -> logIn.byOneTimeToken("x", "2001:db8:1:2:ffff::1"))
                .isInstanceOf(Throttle.Throttled.class);
        assertThatCode(() -> logIn.byPassword("bert", PASSWORD, "2001:db8:1:3::1"))
                .doesNotThrowAnyException();
    }
}
