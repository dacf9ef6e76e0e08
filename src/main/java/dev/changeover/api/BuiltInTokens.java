package dev.changeover.api;

import dev.changeover.access.Account;
import dev.changeover.access.OneTimeToken;
import dev.changeover.access.Tokens;
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

/** Knows the tokens of the built-in store. Those of an identity provider are the library's to check. */
@Singleton
final class BuiltInTokens implements TokenValidator<HttpRequest<?>> {
    private final Tokens tokens;
    private final OneTimeToken oneTime;
    private final Scheduler blocking;

    BuiltInTokens(Tokens tokens, OneTimeToken oneTime, @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.tokens = tokens;
        this.oneTime = oneTime;
        this.blocking = Schedulers.fromExecutorService(executor);
    }

    @Override
    public Publisher<Authentication> validateToken(String token, @Nullable HttpRequest<?> request) {
        return Mono.fromCallable(() -> account(token))
                .subscribeOn(blocking)
                .flatMap(Mono::justOrEmpty)
                .map(Caller::authentication);
    }

    private Optional<Account> account(String token) {
        return tokens.bearer(token).map(Tokens.Bearer::account).or(() -> oneTime.account(token));
    }
}
