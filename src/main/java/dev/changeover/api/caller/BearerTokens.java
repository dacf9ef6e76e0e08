package dev.changeover.api.caller;

import dev.changeover.access.Account;
import dev.changeover.access.OneTimeToken;
import dev.changeover.access.Tokens;
import dev.changeover.access.provider.IdentityProvider;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.token.validator.TokenValidator;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Knows whose a token is: the built-in store's, the one-time token of a first start, or the identity provider's. */
@Singleton
final class BearerTokens implements TokenValidator<HttpRequest<?>> {
    private final Tokens tokens;
    private final OneTimeToken oneTime;
    private final @Nullable IdentityProvider provider;
    private final Scheduler blocking;

    BearerTokens(
            Tokens tokens,
            OneTimeToken oneTime,
            @Nullable IdentityProvider provider,
            @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.tokens = tokens;
        this.oneTime = oneTime;
        this.provider = provider;
        this.blocking = Schedulers.fromExecutorService(executor);
    }

    @Override
    public Publisher<Authentication> validateToken(String token, @Nullable HttpRequest<?> request) {
        return Mono.fromCallable(() -> account(token))
                .subscribeOn(blocking)
                .flatMap(Mono::justOrEmpty)
                .map(Caller::authentication);
    }

    /** The account of the token, if it is valid now; blocks. */
    Optional<Account> account(String token) {
        if (token.indexOf('.') < 0) {
            return oneTime.account(token); // a JWT has dots
        }
        var ours = tokens.bearer(token).map(Tokens.Bearer::account);
        return ours.isPresent() || provider == null ? ours : provider.account(token);
    }
}
