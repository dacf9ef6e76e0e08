package dev.changeover.api.caller;

import dev.changeover.access.AccessKeys;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.filters.SecurityFilter;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Knows of a call that is answered for long whose it still is: accounts are changed and removed, tokens end and keys
 * are taken away while it lasts.
 */
@Singleton
public final class CredentialRevalidation {
    private final BearerTokens tokens;
    private final AccessKeys keys;
    private final Accounts accounts;

    CredentialRevalidation(BearerTokens tokens, AccessKeys keys, Accounts accounts) {
        this.tokens = tokens;
        this.keys = keys;
        this.accounts = accounts;
    }

    /**
     * The credentials that let a call through, checked again and again. Asking gives the account as it is then, and
     * nothing once the credentials are not good any more; it blocks, on any thread that may.
     */
    public Supplier<Optional<Account>> of(HttpRequest<?> request) {
        var key = SignedCalls.accessKeyOf(request);
        if (key.isPresent()) {
            return () -> key.flatMap(keys::key).flatMap(made -> accounts.account(made.account()));
        }
        var token = request.getAttribute(SecurityFilter.TOKEN, String.class);
        return () -> token.flatMap(tokens::account);
    }
}
