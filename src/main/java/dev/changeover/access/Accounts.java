package dev.changeover.access;

import com.password4j.Password;
import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The built-in store of accounts, shared by all servers of a database. Safe for concurrent use. */
@Singleton
public final class Accounts {
    /** What a password is compared with where there is none, so that a name cannot be guessed by the time it takes. */
    private static final String NOBODY = Password.hash("nobody").withArgon2().getResult();

    private final Sql sql;
    private final Clock clock;

    Accounts(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** The name is taken. */
    public static final class Taken extends IllegalStateException {
        Taken(String name) {
            super("account '%s' exists already".formatted(name));
        }
    }

    /** Without it nobody could let anyone in. */
    public static final class LastOperator extends IllegalStateException {
        LastOperator(String name) {
            super("account '%s' is the last operator: add another one first".formatted(name));
        }
    }

    public Optional<Account> account(String name) {
        return sql.first("select name, role from account where name = ?", this::account, name);
    }

    /** The account, if a token that was issued to it then, and that has this id, is still good. */
    Optional<Account> account(String name, Instant issued, String tokenId) {
        return sql.first(
                "select name, role from account where name = ? and valid_from <= ?"
                        + " and not exists (select 1 from ended_token where id = ?)",
                this::account,
                name,
                issued,
                tokenId);
    }

    /** By name. */
    public List<Account> accounts() {
        return sql.list("select name, role from account order by name", this::account);
    }

    /**
     * Adds an account. The first operator ends all one-time tokens.
     *
     * @param password null for a program, which has keys only
     * @throws Taken if there is one of this name
     */
    public void add(Account account, @Nullable String password) {
        var hash = password == null ? null : hash(password);
        var now = now();
        sql.together(() -> {
            if (sql.change(
                            "insert into account (name, role, password_hash, valid_from, created_at)"
                                    + " values (?, ?, ?, ?, ?) on conflict do nothing",
                            account.name(),
                            account.role(),
                            hash,
                            now,
                            now)
                    == 0) {
                throw new Taken(account.name());
            }
            account.projects()
                    .forEach(project -> sql.change(
                            "insert into account_project (account, project_id) values (?, ?)",
                            account.name(),
                            project));
            if (account.role() == Role.OPERATOR) {
                sql.change("delete from one_time_token");
            }
        });
    }

    /** Sets a password and ends all tokens of the account; false if there is no such account. */
    public boolean setPassword(String name, String password) {
        return sql.change(
                        "update account set password_hash = ?, valid_from = ? where name = ?",
                        hash(password),
                        now(),
                        name)
                > 0;
    }

    /** Ends all tokens of an account. */
    public void endTokens(String name) {
        sql.change("update account set valid_from = ? where name = ?", now(), name);
    }

    /**
     * Removes an account with its keys; its tokens are good no more.
     *
     * @return false if there is no such account
     * @throws LastOperator if nobody could add an account any more
     */
    public boolean remove(String name) {
        var removed = new boolean[1];
        sql.together(() -> {
            // locked, so that two operators who remove each other do not both succeed
            var operators = sql.list(
                    "select name from account where role = ? order by name for update",
                    row -> row.text("name"),
                    Role.OPERATOR);
            if (operators.equals(List.of(name))) {
                throw new LastOperator(name);
            }
            removed[0] = sql.change("delete from account where name = ?", name) > 0;
        });
        return removed[0];
    }

    /** The account of this name and password. Takes as long for a name that does not exist. */
    public Optional<Account> account(String name, String password) {
        var hash = sql.first(
                "select password_hash from account where name = ? and password_hash is not null",
                row -> row.text("password_hash"),
                name);
        var right = Password.check(password, hash.orElse(NOBODY)).withArgon2();
        return right && hash.isPresent() ? account(name) : Optional.empty();
    }

    /** As fine as the time in a token. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String hash(String password) {
        return Password.hash(password).addRandomSalt().withArgon2().getResult();
    }

    private Account account(Row row) {
        var name = row.text("name");
        Set<String> projects = new HashSet<>(sql.list(
                "select project_id from account_project where account = ?", it -> it.text("project_id"), name));
        return new Account(name, row.constant(Role.class, "role"), projects);
    }
}
