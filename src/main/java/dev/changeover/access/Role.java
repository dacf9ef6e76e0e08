package dev.changeover.access;

import static dev.changeover.access.Permission.DELETE_TASKS;
import static dev.changeover.access.Permission.LIST_AUDIT;
import static dev.changeover.access.Permission.LIST_INSTANCES;
import static dev.changeover.access.Permission.LIST_TASKS;
import static dev.changeover.access.Permission.MANAGE_ACCESS;
import static dev.changeover.access.Permission.MANAGE_KERNELS;
import static dev.changeover.access.Permission.MODIFY_INSTANCE;
import static dev.changeover.access.Permission.MODIFY_PROXY;
import static dev.changeover.access.Permission.OPERATE_UPGRADES;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The role of an account. A viewer and an owner have it in their projects, an operator everywhere. */
public enum Role {
    VIEWER(List.of(LIST_INSTANCES, LIST_TASKS)),
    OWNER(List.of(LIST_INSTANCES, LIST_TASKS, MODIFY_INSTANCE, MODIFY_PROXY, DELETE_TASKS)),
    OPERATOR(List.of(
            LIST_INSTANCES,
            LIST_TASKS,
            MODIFY_INSTANCE,
            MODIFY_PROXY,
            DELETE_TASKS,
            MANAGE_KERNELS,
            OPERATE_UPGRADES,
            MANAGE_ACCESS,
            LIST_AUDIT));

    private final List<String> permissions;

    Role(List<String> permissions) {
        this.permissions = permissions;
    }

    /** The role a word names, in whatever case. */
    public static Optional<Role> named(String word) {
        return Stream.of(values())
                .filter(role -> role.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** As people and programs write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Constants of {@link Permission}. */
    public List<String> permissions() {
        return permissions;
    }
}
