package dev.changeover.api.accounts;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.access.Account;
import dev.changeover.access.Role;
import dev.changeover.api.ApiException;
import dev.changeover.upgrade.ErrorCode;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accounts as operators send them; what is not given in a change stays as it is. */
final class UserBody {
    private UserBody() {}

    /**
     * An account that does not exist yet.
     *
     * @param name 1 to 64 letters, digits and {@code . _ @ -}
     * @param role viewer, owner or operator
     * @param projects ids of those it sees, or {@code *} for all; not needed for an operator, who sees all
     * @param password 12 to 256 characters; left out for a program, which signs with an access key
     */
    record Added(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String name,

            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String role,

            @Nullable List<String> projects,
            @Nullable String password) {
        Account account() {
            var given = UserBody.given("name", name);
            var asked = UserBody.role(UserBody.given("role", role));
            return checked(() -> new Account(given, asked, UserBody.projects(projects)));
        }
    }

    /**
     * The changes.
     *
     * @param role viewer, owner or operator
     * @param projects ids of those it sees, or {@code *} for all
     */
    record Changed(@Nullable String role, @Nullable List<String> projects) {
        Account of(Account before) {
            var after = role == null ? before.role() : UserBody.role(role);
            if (projects == null && before.role() == Role.OPERATOR && after != Role.OPERATOR) {
                throw ApiException.badParameter(
                        "projects", "which ones does %s see from now on?".formatted(before.name()));
            }
            var seen = projects == null ? before.projects() : UserBody.projects(projects);
            return checked(() -> new Account(before.name(), after, seen));
        }
    }

    /** @param password 12 to 256 characters */
    record Password(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String password) {}

    /**
     * A caller's own.
     *
     * @param oldPassword as it is now
     * @param newPassword 12 to 256 characters
     */
    record OwnPassword(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String oldPassword,

            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String newPassword) {}

    static String given(String field, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw ApiException.badParameter(field, "is missing");
        }
        return text;
    }

    /** Impossible names and passwords are refused with the field, which the sentence begins with. */
    static <T> T checked(Supplier<T> making) {
        try {
            return making.get();
        } catch (IllegalArgumentException wrong) {
            throw new ApiException(ErrorCode.WRONG_PARAMETER, wrong.getMessage());
        }
    }

    private static Role role(String word) {
        return Role.named(word)
                .orElseThrow(() -> ApiException.badParameter("role", "viewer, owner or operator is needed"));
    }

    private static Set<String> projects(@Nullable List<String> ids) {
        if (ids != null && ids.stream().anyMatch(Objects::isNull)) {
            throw ApiException.badParameter("projects", "null is no project");
        }
        return ids == null ? Set.of() : new HashSet<>(ids);
    }
}
