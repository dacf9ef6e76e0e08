package dev.changeover.api.caller;

import dev.changeover.access.Account;
import dev.changeover.access.OneTimeToken;
import dev.changeover.access.Permission;
import dev.changeover.access.Tokens;
import dev.changeover.access.provider.IdentityProvider;
import dev.changeover.metrics.ScrapeToken;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.token.validator.TokenValidator;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Knows whose a token is: the built-in store's, the one-time token of a first start, or the identity provider's. That of
 * programs which read the figures is known there and nowhere else.
 */
@Singleton
final class BearerTokens implements TokenValidator<HttpRequest<?>> {
    private final Tokens tokens;
    private final OneTimeToken oneTime;
    private final @Nullable IdentityProvider provider;
    private final ScrapeToken figures;
    private final Scheduler blocking;

    BearerTokens(
            Tokens tokens,
            OneTimeToken oneTime,
            @Nullable IdentityProvider provider,
            ScrapeToken figures,
            @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.tokens = tokens;
        this.oneTime = oneTime;
        this.provider = provider;
        this.figures = figures;
        this.blocking = Schedulers.fromExecutorService(executor);
    }

    @Override
    public Publisher<Authentication> validateToken(String token, @Nullable HttpRequest<?> request) {
        return Mono.fromCallable(() -> readsFigures(token, request)
                        ? Optional.of(Authentication.build("scraper", List.of(Permission.OPERATE_UPGRADES)))
                        : account(token).map(Caller::authentication))
                .subscribeOn(blocking)
                .flatMap(Mono::justOrEmpty);
    }

    private boolean readsFigures(String token, @Nullable HttpRequest<?> request) {
        return request != null && request.getPath().equals("/prometheus") && figures.is(token);
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
