package dev.changeover.api.accounts;

import static dev.changeover.audit.AuditEntry.Subject.Kind.ACCOUNT;

import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.OneTimeToken;
import dev.changeover.access.Permission;
import dev.changeover.access.Role;
import dev.changeover.api.ApiException;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.inventory.Inventory;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The built-in store of accounts. A change takes effect with the account's next call. */
@Controller("/v3/users")
@Secured(Permission.MANAGE_ACCESS)
@Tag(name = "Accounts")
record UserController(Accounts accounts, Inventory inventory) {
    /** All accounts, by name. */
    @Get
    UserAnswer.Users users() {
        return new UserAnswer.Users(
                accounts.entries().stream().map(UserAnswer.User::of).toList());
    }

    /** Adds an account. The first operator ends what stood for one since the first start. */
    @Action("account.add")
    @Post
    UserAnswer.User add(
            @Body UserBody.Added body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        var account = body.account();
        change.about(ACCOUNT, account.name());
        tell(account, change::after);
        refuseUnknownProjects(account);
        refuseToLockOut(caller, account, body.password() != null);
        change.announce();
        possible(() -> {
            accounts.add(account, body.password(), caller.account().name());
            return true;
        });
        return user(account.name());
    }

    /** Gives an account another role, or other projects. */
    @Action("account.change")
    @Put("/{name}")
    UserAnswer.User change(
            @PathVariable("name") String name,
            @Body UserBody.Changed body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        Function<Accounts.Entry, Account> changing = before -> {
            tell(before.account(), change::before);
            var account = body.of(before.account());
            tell(account, change::after);
            refuseUnknownProjects(account);
            refuseToLockOut(caller, account, before.hasPassword());
            change.announce();
            return account;
        };
        orUnknown(
                name,
                possible(() -> accounts.change(name, changing, caller.account().name())));
        return user(name);
    }

    /** Sets a password and ends what the account was logged in with. */
    @Action("account.set-password")
    @Put("/{name}/password")
    Map<String, String> setPassword(@PathVariable("name") String name, @Body UserBody.Password body) {
        var password = UserBody.given("password", body.password());
        orUnknown(name, possible(() -> accounts.setPassword(name, password)));
        return Map.of();
    }

    /** Removes an account with its access keys. */
    @Action("account.remove")
    @Delete("/{name}")
    Map<String, String> remove(@PathVariable("name") String name, @Parameter(hidden = true) Change change) {
        accounts.account(name).ifPresent(account -> tell(account, change::before));
        change.announce();
        orUnknown(name, possible(() -> accounts.remove(name)));
        return Map.of();
    }

    /** A new operator ends the one-time token, and must be able to log in then. */
    private static void refuseToLockOut(Caller caller, Account account, boolean hasPassword) {
        if (OneTimeToken.NAMES.contains(caller.account().name()) && account.role() == Role.OPERATOR && !hasPassword) {
            throw ApiException.badParameter(
                    "password", "this operator needs one: what you call with ends now, and nobody could log in");
        }
    }

    /** The audit trail's record of an account. */
    private static void tell(Account account, BiConsumer<String, Object> state) {
        state.accept("role", account.role().word());
        state.accept("projects", account.projects().stream().sorted().toList());
    }

    private UserAnswer.User user(String name) {
        return accounts.entry(name).map(UserAnswer.User::of).orElseThrow(() -> unknown(name));
    }

    private void refuseUnknownProjects(Account account) {
        account.projects().stream()
                .filter(id -> !id.equals(Account.EVERY) && inventory.project(id).isEmpty())
                .sorted()
                .findFirst()
                .ifPresent(id -> {
                    throw ApiException.badParameter("projects", "there is no project " + id);
                });
    }

    private static <T> T possible(Supplier<T> change) {
        try {
            return UserBody.checked(change);
        } catch (Accounts.Taken taken) {
            throw new ApiException(ErrorCode.TAKEN, "name: " + taken.getMessage());
        } catch (Accounts.LastOperator | OneTimeToken.UsedUp conflict) {
            throw new ApiException(ErrorCode.NOT_NOW, conflict.getMessage());
        }
    }

    private static void orUnknown(String name, boolean done) {
        if (!done) {
            throw unknown(name);
        }
    }

    static ApiException unknown(String name) {
        return ApiException.notFound("account", name);
    }
}
