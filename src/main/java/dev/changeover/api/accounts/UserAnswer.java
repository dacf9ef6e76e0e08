package dev.changeover.api.accounts;

import dev.changeover.access.Accounts;
import dev.changeover.api.Times;
import java.util.List;

/** An account as callers see it. */
final class UserAnswer {
    private UserAnswer() {}

    /** All accounts, by name. */
    record Users(List<User> users) {}

    /**
     * One account.
     *
     * @param role viewer, owner or operator
     * @param projects ids of those it sees, or {@code *} for all
     * @param hasPassword without one it is a program's
     */
    record User(String name, String role, List<String> projects, boolean hasPassword, String createdAt) {
        static User of(Accounts.Entry entry) {
            var account = entry.account();
            return new User(
                    account.name(),
                    account.role().word(),
                    account.projects().stream().sorted().toList(),
                    entry.hasPassword(),
                    Times.of(entry.created()));
        }
    }
}
