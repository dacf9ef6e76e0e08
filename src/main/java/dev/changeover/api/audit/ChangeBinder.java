package dev.changeover.api.audit;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Gives controllers their {@link Change}. */
@Singleton
final class ChangeBinder implements TypedRequestArgumentBinder<Change> {
    @Override
    public Argument<Change> argumentType() {
        return Argument.of(Change.class);
    }

    @Override
    public BindingResult<Change> bind(ArgumentConversionContext<Change> context, HttpRequest<?> request) {
        return () -> Optional.of(Change.of(request));
    }
}
