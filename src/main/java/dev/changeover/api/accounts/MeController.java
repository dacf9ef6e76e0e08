package dev.changeover.api.accounts;

import static dev.changeover.audit.AuditEntry.Subject.Kind.ACCESS_KEY;

import dev.changeover.access.AccessKeys;
import dev.changeover.access.Accounts;
import dev.changeover.access.LogIn;
import dev.changeover.api.ApiException;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;

/** Callers' changes of their own account, whatever their role. */
@Controller("/v3/me")
@Secured(SecurityRule.IS_AUTHENTICATED)
@Tag(name = "Accounts")
record MeController(Accounts accounts, LogIn logIn, AccessKeys keys) {
    /** Sets the caller's password and ends all they were logged in with, this call's token too. */
    @Action("account.set-password")
    @Put("/password")
    Map<String, String> setPassword(@Body UserBody.OwnPassword body, @Parameter(hidden = true) Caller caller) {
        var name = known(caller);
        var old = UserBody.given("old_password", body.oldPassword());
        var fresh = UserBody.given("new_password", body.newPassword());
        if (logIn.account(name, old, caller.address()).isEmpty()) {
            throw ApiException.badParameter("old_password", "it is not %s's password".formatted(name));
        }
        UserBody.checked(() -> accounts.setPassword(name, fresh));
        return Map.of();
    }

    /** The caller's access keys. */
    @Get("/access-keys")
    KeyAnswer.Keys keys(@Parameter(hidden = true) Caller caller) {
        return KeyAnswer.Keys.of(keys.keys(caller.account().name()));
    }

    /** Makes an access key for the caller, who has at most 50; its secret is shown in this answer only. */
    @Action("key.add")
    @Post("/access-keys")
    HttpResponse<KeyAnswer.NewKey> makeKey(
            @Parameter(hidden = true) Caller caller, @Parameter(hidden = true) Change change) {
        var made = AccessKeyController.made(keys, known(caller)).orElseThrow();
        change.about(ACCESS_KEY, made.key().id());
        return KeyAnswer.NewKey.of(made);
    }

    /** Removes one of the caller's access keys. */
    @Action("key.remove")
    @Delete("/access-keys/{access_key_id}")
    Map<String, String> removeKey(@PathVariable("access_key_id") String id, @Parameter(hidden = true) Caller caller) {
        var own =
                keys.key(id).filter(key -> key.account().equals(caller.account().name()));
        if (own.isEmpty() || !keys.remove(id)) {
            throw AccessKeyController.unknown(id);
        }
        return Map.of();
    }

    /** Not everybody is in the store: a one-time token stands for nobody's account, another's token perhaps neither. */
    private String known(Caller caller) {
        var name = caller.account().name();
        if (accounts.account(name).isEmpty()) {
            throw new ApiException(
                    ErrorCode.NOT_NOW,
                    "%s has no account here, and so neither a password nor access keys".formatted(name));
        }
        return name;
    }
}
