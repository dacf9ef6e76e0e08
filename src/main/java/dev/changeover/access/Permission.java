package dev.changeover.access;

/**
 * The permissions of callers (REQUIREMENTS A4). The last four, and kernels, are ours, and only an operator has them.
 */
public final class Permission {
    public static final String LIST_INSTANCES = "rds:instance:list";
    /** The maintenance window. */
    public static final String MODIFY_INSTANCE = "rds:instance:modify";
    /** An upgrade, and what its owner says to it. */
    public static final String MODIFY_PROXY = "rds:instance:modifyProxy";

    public static final String LIST_TASKS = "rds:task:list";
    public static final String DELETE_TASKS = "rds:task:delete";
    /** The kernel catalogue and what is registered of the fleet. */
    public static final String MANAGE_KERNELS = "rds:kernel:manage";

    /** Helping a held upgrade on, closing young sessions, and reading the server's own health and figures. */
    public static final String OPERATE_UPGRADES = "rds:upgrade:operate";

    /** Accounts and access keys. */
    public static final String MANAGE_ACCESS = "rds:access:manage";

    public static final String LIST_AUDIT = "rds:audit:list";

    private Permission() {}
}
