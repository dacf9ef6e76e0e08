package dev.changeover.access;

import dev.changeover.access.Throttle.Throttled;
import dev.changeover.value.Network;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives a token to who proves to be somebody, and slows down who guesses, by name and address. Blocks for as long as
 * Argon2 takes. Safe for concurrent use.
 */
@Singleton
public final class LogIn {
    /** Of one name from one address. */
    private static final int FREE = 5;

    /** Of one name from anywhere: far more, or whoever knows a name could lock its owner out with a handful. */
    private static final int FREE_BY_NAME = 50;

    /** More, for all who share an address. */
    public static final int FREE_BY_ADDRESS = 20;

    private static final String TOO_MANY = "failed log-ins of this name or from this address";

    private final Accounts accounts;
    private final OneTimeToken oneTime;
    private final Tokens tokens;
    private final AccessSettings settings;
    private final Clock clock;
    private final Throttle guesses;
    private final Throttle names;
    private final Throttle addresses;
    private final PasswordHashBulkhead passwordChecks = PasswordHashBulkhead.ofThisHost();

    LogIn(Accounts accounts, OneTimeToken oneTime, Tokens tokens, AccessSettings settings, Clock clock) {
        this.accounts = accounts;
        this.oneTime = oneTime;
        this.tokens = tokens;
        this.settings = settings;
        this.clock = clock;
        this.guesses = new Throttle(TOO_MANY, FREE, clock);
        this.names = new Throttle(TOO_MANY, FREE_BY_NAME, clock);
        this.addresses = new Throttle(TOO_MANY, FREE_BY_ADDRESS, clock);
    }

    /** A successful log-in: the account, and the token that proves it from now on. */
    public record Done(Account account, Tokens.Issued token) {}

    /** Nobody with this password or token. Does not say what of it is wrong. */
    public static final class WrongCredentials extends RuntimeException {
        WrongCredentials() {
            super("wrong credentials", null, false, false);
        }
    }

    /** Too many wait for their passwords to be looked at: this one's was not. */
    public static final class Busy extends RuntimeException {
        Busy() {
            super("too many log-ins at once", null, false, false);
        }

        /** When to try again. */
        public Duration retryAfter() {
            return PasswordHashBulkhead.LONGEST_WAIT;
        }
    }

    /**
     * By name and password.
     *
     * @param address where the caller is
     * @throws WrongCredentials if there is no such account, or not with this password
     * @throws Throttled if too many were wrong; then the right one is not looked at either
     * @throws Busy if too many wait
     */
    public Done byPassword(String name, String password, String address) {
        var proven =
                lookedAt(name, address, () -> accounts.proven(name, password)).orElseThrow(WrongCredentials::new);
        return new Done(
                proven.account(), tokens.issue(proven.account(), settings.tokenLifetime(), proven.validFrom(), null));
    }

    /**
     * The account of this name and password, as slowly for who guesses as a log-in.
     *
     * @param address where the caller is
     * @throws Throttled if too many were wrong; then the right one is not looked at either
     * @throws Busy if too many wait
     */
    public Optional<Account> account(String name, String password, String address) {
        return lookedAt(name, address, () -> accounts.account(name, password));
    }

    private <T> Optional<T> lookedAt(String name, String address, Supplier<Optional<T>> look) {
        var network = Network.of(address);
        // no account has a longer name
        var who = name.length() > 65 ? name.substring(0, 65) : name;
        var guess = network + " " + who;
        check(guess, who, network);
        return passwordChecks.next(() -> {
            check(guess, who, network); // again: those before it in the queue may have failed
            var found = look.get();
            if (found.isPresent()) {
                guesses.succeeded(guess);
                names.succeeded(who); // not the address: who has one right password could guess others for ever
            } else {
                guesses.failed(guess);
                names.failed(who);
                addresses.failed(network);
            }
            return found;
        });
    }

    private void check(String guess, String name, String network) {
        guesses.check(guess);
        names.check(name);
        addresses.check(network);
    }

    /**
     * By the one-time token. Such a log-in ends when the first operator's account is added, too.
     *
     * @param address where the caller is
     * @throws WrongCredentials if it is not good, or not any more
     * @throws Throttled if too many from there were wrong
     */
    public Done byOneTimeToken(String token, String address) {
        var network = Network.of(address);
        addresses.check(network);
        var hash = oneTime.spent(token);
        var account = oneTime.accountOf(hash);
        if (account.isEmpty()) {
            addresses.failed(network);
        }
        return account.map(
                        found -> new Done(found, tokens.issue(found, settings.tokenLifetime(), clock.instant(), hash)))
                .orElseThrow(WrongCredentials::new);
    }
}
