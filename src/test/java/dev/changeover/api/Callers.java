package dev.changeover.api;

import dev.changeover.access.AccessKeys;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.Role;
import dev.changeover.access.Tokens;
import io.micronaut.context.BeanContext;
import java.time.Duration;
import java.util.Set;

/** People who call, with tokens and keys as they would get them. */
public final class Callers {
    public static final String OPERATOR = "anna";

    private Callers() {}

    /** A token of the operator anna. */
    public static String operator(BeanContext server) {
        return token(server, Account.operator(OPERATOR));
    }

    /** A token of somebody else, who may not have been there before. */
    public static String token(BeanContext server, String name, Role role, String... projects) {
        return token(server, new Account(name, role, Set.of(projects)));
    }

    /** A new key of somebody who may not have been there before. */
    public static AccessKeys.Made key(BeanContext server, String name, Role role, String... projects) {
        know(server, new Account(name, role, Set.of(projects)));
        return server.getBean(AccessKeys.class).make(name).orElseThrow();
    }

    private static void know(BeanContext server, Account account) {
        var accounts = server.getBean(Accounts.class);
        if (accounts.account(account.name()).isEmpty()) {
            accounts.add(account, null, "");
        }
    }

    private static String token(BeanContext server, Account account) {
        know(server, account);
        return server.getBean(Tokens.class).issue(account, Duration.ofHours(1)).text();
    }
}
