package dev.changeover.api.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.changeover.access.AccessKeys;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.filters.SecurityFilter;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Knows of a call that is answered for long whose it still is: accounts are changed and removed, tokens end and keys
 * are taken away while it lasts. All calls by the same credentials share an answer for a second: somebody with hundreds of
 * pages open is looked up no more often than somebody with one. Safe for concurrent use.
 */
@Singleton
public final class CredentialRevalidation {
    private static final Duration SHARED = Duration.ofSeconds(1);

    private final BearerTokens tokens;
    private final AccessKeys keys;
    private final Accounts accounts;

    /** One who asks while another one's answer is on its way waits for that. */
    private final Cache<String, Optional<Account>> answers = Caffeine.newBuilder()
            .expireAfterWrite(SHARED)
            .executor(Runnable::run)
            .build();

    CredentialRevalidation(BearerTokens tokens, AccessKeys keys, Accounts accounts) {
        this.tokens = tokens;
        this.keys = keys;
        this.accounts = accounts;
    }

    /**
     * The credentials that let a call through, checked again and again. Asking gives the account as it is then or was a
     * second before, and nothing once the credentials are not good any more; it blocks, on any thread that may.
     */
    public Supplier<Optional<Account>> of(HttpRequest<?> request) {
        var key = SignedCalls.accessKeyOf(request);
        if (key.isPresent()) {
            return () -> answers.get(
                    "key " + key.get(), any -> keys.key(key.get()).flatMap(made -> accounts.account(made.account())));
        }
        var token = request.getAttribute(SecurityFilter.TOKEN, String.class);
        return () -> token.flatMap(text -> answers.get(text, tokens::account));
    }
}
