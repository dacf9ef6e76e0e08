package dev.changeover.access;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Somebody who may call, of the built-in store or of the identity provider.
 *
 * @param name 1 to 64 letters, digits and {@code . _ @ -}; of the provider {@link #PROVIDED}, then its word for them
 * @param projects ids of those it sees, or {@link #EVERY} for all; always all for an operator
 */
public record Account(String name, Role role, Set<String> projects) {
    /** All projects there are and will be. */
    public static final String EVERY = "*";

    /** Begins the names of the provider's people. No name of the store has a colon, so nobody is taken for another. */
    public static final String PROVIDED = "idp:";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final Pattern PROVIDED_NAME = Pattern.compile(PROVIDED + "[\\p{L}\\p{N}._@|+:/-]{1,64}");

    /** @throws IllegalArgumentException naming what is wrong */
    public Account {
        var provided = name.startsWith(PROVIDED);
        if (provided && !PROVIDED_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: 1 to 64 letters, digits and . _ @ | + : / - are needed");
        }
        if (!provided && !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: 1 to 64 letters, digits and . _ @ - are needed");
        }
        if (role == Role.OPERATOR) {
            projects = Set.of(EVERY);
        } else if (projects.isEmpty()) {
            throw new IllegalArgumentException(
                    "projects: %s needs the ids of its projects, or * for all".formatted(role.word()));
        } else {
            projects = Set.copyOf(projects);
        }
    }

    public static Account operator(String name) {
        return new Account(name, Role.OPERATOR, Set.of(EVERY));
    }

    /** Whether it is the identity provider's, which alone ends its tokens. */
    public boolean isProvided() {
        return name.startsWith(PROVIDED);
    }

    public boolean sees(String projectId) {
        return projects.contains(EVERY) || projects.contains(projectId);
    }
}
