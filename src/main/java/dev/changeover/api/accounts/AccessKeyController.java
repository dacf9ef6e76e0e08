package dev.changeover.api.accounts;

import static dev.changeover.audit.AuditEntry.Subject.Kind.ACCESS_KEY;
import static dev.changeover.audit.AuditEntry.Subject.Kind.ACCOUNT;

import dev.changeover.access.AccessKeys;
import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keys for programs, which sign their requests. A key is good until it or its account is removed. */
@Controller("/v3/access-keys")
@Secured(Permission.MANAGE_ACCESS)
@Tag(name = "Access keys")
record AccessKeyController(AccessKeys keys) {
    /** The keys of an account, or everybody's. */
    @Get
    KeyAnswer.Keys keys(@QueryValue @Nullable String account) {
        return KeyAnswer.Keys.of(account == null ? keys.keys() : keys.keys(account));
    }

    /** Makes a key for an account, which has at most 50; its secret is shown in this answer only. */
    @Action("key.add")
    @Post
    HttpResponse<KeyAnswer.NewKey> make(@Body KeyAnswer.Asked body, @Parameter(hidden = true) Change change) {
        var account = UserBody.given("account", body.account());
        change.about(ACCOUNT, account).announce();
        var made = made(keys, account).orElseThrow(() -> UserController.unknown(account));
        change.about(ACCESS_KEY, made.key().id());
        return KeyAnswer.NewKey.of(made);
    }

    /** Removes a key: nothing that was signed with it is accepted any more. */
    @Action("key.remove")
    @Delete("/{access_key_id}")
    Map<String, String> remove(@PathVariable("access_key_id") String id, @Parameter(hidden = true) Change change) {
        keys.key(id).ifPresent(key -> change.about(ACCOUNT, key.account()).announce());
        if (!keys.remove(id)) {
            throw unknown(id);
        }
        return Map.of();
    }

    static Optional<AccessKeys.Made> made(AccessKeys keys, String account) {
        try {
            return keys.make(account);
        } catch (AccessKeys.TooMany many) {
            throw new ApiException(ErrorCode.NOT_NOW, many.getMessage());
        }
    }

    static ApiException unknown(String id) {
        return ApiException.notFound("access key", id);
    }
}
