package dev.changeover.access;

import dev.changeover.database.Columns;
import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The built-in store of accounts, shared by all servers of a database. Safe for concurrent use. */
@Singleton
public final class Accounts {
    private static final Columns<Stored> STORED = Columns.of(Stored.class);
    private static final Function<Row, Instant> VALID_FROM = row -> row.instant("valid_from");

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

    /**
     * An account as it is kept.
     *
     * @param hasPassword without one it is a program's
     */
    public record Entry(Account account, boolean hasPassword, Instant created) {}

    public Optional<Account> account(String name) {
        return entry(name).map(Entry::account);
    }

    /** The account, if a token that has this date and id is still good. */
    Optional<Account> account(String name, Instant issued, String tokenId) {
        var condition = "name = ? and valid_from <= ? and not exists (select 1 from ended_token where id = ?)";
        return AccountRows.entries(sql, condition, name, issued, tokenId).stream()
                .findFirst()
                .map(Entry::account);
    }

    public Optional<Entry> entry(String name) {
        return AccountRows.entries(sql, "name = ?", name).stream().findFirst();
    }

    /** All there are, by name. */
    public List<Entry> entries() {
        return AccountRows.entries(sql, "true");
    }

    /**
     * Adds an account. An operator ends all one-time tokens.
     *
     * @param password null for a program, which has keys only
     * @param by the name of who adds it
     * @throws OneTimeToken.UsedUp if one of these tokens stands for that one, and none is left for a new operator to end
     * @throws Taken if there is one of this name, or the name is that of a one-time token
     * @throws IllegalArgumentException if the password is none, or the name one of the identity provider's
     */
    public void add(Account account, @Nullable String password, String by) {
        if (account.isProvided()) {
            throw new IllegalArgumentException("name: those with a colon are the identity provider's");
        }
        if (OneTimeToken.NAMES.contains(account.name())) {
            throw new Taken(account.name());
        }
        var hash = password == null ? null : Passwords.hash(account.name(), password);
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
            putProjects(account, by);
        });
    }

    /**
     * Gives an account another role or other projects, from its next call on. An operator ends all one-time tokens. It is
     * made of the account as it is, which nobody else changes meanwhile: of two changes at once the second is made of what
     * the first one left.
     *
     * @param changing runs in the transaction that writes, for an account that there is; what it throws is thrown
     * @param by the name of who changes it
     * @throws OneTimeToken.UsedUp if one of these tokens stands for that one, and none is left for a new operator to end
     * @return false if there is no such account
     * @throws LastOperator if nobody could add an account any more
     */
    public boolean change(String name, Function<Entry, Account> changing, String by) {
        return sql.together(() -> {
            var isLastOperator = isLastOperator(name);
            var before = entry(name);
            if (before.isEmpty()) {
                return false;
            }
            var account = changing.apply(before.get());
            if (isLastOperator && account.role() != Role.OPERATOR) throw new LastOperator(name);
            sql.change("update account set role = ? where name = ?", account.role(), name);
            sql.change("delete from account_project where account = ?", name);
            putProjects(account, by);
            return true;
        });
    }

    /** Within the transaction that writes the account: of two whom tokens stand for, one waits here for the other. */
    private void putProjects(Account account, String by) {
        account.projects()
                .forEach(project -> sql.change(
                        "insert into account_project (account, project_id) values (?, ?)", account.name(), project));
        if (account.role() == Role.OPERATOR) {
            var ended = sql.change("delete from one_time_token");
            if (ended == 0 && OneTimeToken.NAMES.contains(by)) {
                throw new OneTimeToken.UsedUp();
            }
        }
    }

    /**
     * Sets a password and ends all tokens of the account. An operator who got in again so ends all one-time tokens.
     *
     * @return false if there is no such account
     * @throws IllegalArgumentException if the password is none
     */
    public boolean setPassword(String name, String password) {
        var hash = Passwords.hash(name, password);
        return sql.together(() -> {
            var changed = endTokens(name)
                    && sql.change("update account set password_hash = ? where name = ?", hash, name) > 0;
            if (sql.exists("select 1 from account where name = ? and role = ?", name, Role.OPERATOR)) {
                sql.change("delete from one_time_token");
            }
            return changed;
        });
    }

    /**
     * Ends all tokens of an account.
     *
     * @return false if there is no such account
     */
    public boolean endTokens(String name) {
        return sql.together(() -> {
            var validFrom = sql.first("select valid_from from account where name = ? for update", VALID_FROM, name);
            // Later than before also where this server's clock is behind another's.
            validFrom.ifPresent(before -> sql.change(
                    "update account set valid_from = ? where name = ?",
                    Collections.max(List.of(now(), before.plusMillis(1))),
                    name));
            return validFrom.isPresent();
        });
    }

    /** From when on tokens of the account are good: the date of those that it gets now. Empty if there is none. */
    Optional<Instant> validFrom(String name) {
        return sql.first("select valid_from from account where name = ?", VALID_FROM, name);
    }

    /**
     * Removes an account with its keys; its tokens are good no more.
     *
     * @return false if there is no such account
     * @throws LastOperator if nobody could add an account any more
     */
    public boolean remove(String name) {
        return sql.together(() -> {
            if (isLastOperator(name)) throw new LastOperator(name);
            return sql.change("delete from account where name = ?", name) > 0;
        });
    }

    /**
     * Whether nobody else is an operator. Locks the account and the operators, so that two who remove each other do not
     * both succeed: all by their names, as others do.
     */
    private boolean isLastOperator(String name) {
        var held = sql.list(
                "select name, role from account where name = ? or role = ? order by name for update",
                row -> row.text("name").equals(name) && row.constant(Role.class, "role") == Role.OPERATOR,
                name,
                Role.OPERATOR);
        return held.equals(List.of(true));
    }

    /** The account of this name and password. Takes as long for a name that does not exist. */
    public Optional<Account> account(String name, String password) {
        return proven(name, password).map(Proven::account);
    }

    /** The same with the date of a token for it, which is that of the password that was looked at. */
    Optional<Proven> proven(String name, String password) {
        var stored = sql.first(
                "select password_hash, valid_from from account where name = ? and password_hash is not null",
                STORED::read,
                name);
        return Passwords.isRight(password, stored.map(Stored::passwordHash))
                ? account(name)
                        .map(account -> new Proven(account, stored.orElseThrow().validFrom()))
                : Optional.empty();
    }

    /** @param validFrom from when on tokens were good when its password was looked at */
    record Proven(Account account, Instant validFrom) {}

    private record Stored(String passwordHash, Instant validFrom) {}

    /** As fine as the time in a token. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
