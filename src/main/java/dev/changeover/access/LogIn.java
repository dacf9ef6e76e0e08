package dev.changeover.access;

import jakarta.inject.Singleton;

/** Gives a token to who proves to be somebody. Blocks for as long as Argon2 takes. Safe for concurrent use. */
@Singleton
public final class LogIn {
    private final Accounts accounts;
    private final OneTimeToken oneTime;
    private final Tokens tokens;
    private final AccessSettings settings;

    LogIn(Accounts accounts, OneTimeToken oneTime, Tokens tokens, AccessSettings settings) {
        this.accounts = accounts;
        this.oneTime = oneTime;
        this.tokens = tokens;
        this.settings = settings;
    }

    /** Who is in, with what proves it from now on. */
    public record Done(Account account, Tokens.Issued token) {}

    /** Nobody with this password or token. Does not say what of it is wrong. */
    public static final class WrongCredentials extends RuntimeException {
        WrongCredentials() {
            super("wrong credentials", null, false, false);
        }
    }

    /** @throws WrongCredentials if there is no such account, or not with this password */
    public Done byPassword(String name, String password) {
        var account = accounts.account(name, password).orElseThrow(WrongCredentials::new);
        return new Done(account, tokens.issue(account, settings.tokenLifetime()));
    }

    /**
     * By what stands for an operator as long as there is none. What it gives ends with the first operator's account, too.
     *
     * @throws WrongCredentials if it is not good, or not any more
     */
    public Done byOneTimeToken(String token) {
        var account = oneTime.account(token).orElseThrow(WrongCredentials::new);
        return new Done(account, tokens.issueFor(token, account, settings.tokenLifetime()));
    }
}
