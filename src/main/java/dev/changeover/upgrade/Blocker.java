package dev.changeover.upgrade;

/** The reasons to refuse an upgrade: the error callers get, the question that was asked, and words for people. */
public enum Blocker {
    NOT_HA_OR_CLUSTER(
            ErrorCode.NOT_ALLOWED,
            Recovery.PERMANENT,
            "the proxy is in HA or cluster mode",
            "only HA or cluster proxies can be upgraded; ask support about this one"),
    FROZEN(ErrorCode.FROZEN, Recovery.TRANSIENT, "the instance is not frozen", "the instance is frozen"),
    INSTANCE_ABNORMAL(
            ErrorCode.NOT_ALLOWED,
            Recovery.TRANSIENT,
            "instance and proxy are normal",
            "the instance or the proxy is abnormal"),
    OPERATION_RUNNING(
            ErrorCode.OTHER_RUNNING,
            Recovery.TRANSIENT,
            "no other change runs",
            "another operation is running on this proxy or its instance"),
    TOO_MANY_AT_ONCE(
            ErrorCode.NOT_ALLOWED,
            Recovery.TRANSIENT,
            "few enough upgrades run",
            "as many upgrades run as may run at once"),
    ALREADY_NEWEST(
            ErrorCode.WRONG_PARAMETER,
            Recovery.PERMANENT,
            "there is something newer",
            "no newer version is ACTIVE and has a package"),
    NO_TARGET(
            ErrorCode.NOT_ALLOWED,
            Recovery.PERMANENT,
            "the catalogue has a target",
            "the catalogue has no ACTIVE version with a package for this engine"),
    WRONG_SOURCE(
            ErrorCode.WRONG_PARAMETER,
            Recovery.PERMANENT,
            "source_version is what runs",
            "source_version is not what the proxy runs"),
    NOT_THE_NEWEST(
            ErrorCode.WRONG_PARAMETER,
            Recovery.PERMANENT,
            "target_version is the newest",
            "target_version is not the newest ACTIVE version"),
    TARGET_WITHDRAWN(
            ErrorCode.NOT_ALLOWED,
            Recovery.PERMANENT,
            "the target is still offered",
            "the target version was withdrawn from the catalogue"),
    NODES_CHANGED(
            ErrorCode.NOT_ALLOWED,
            Recovery.PERMANENT,
            "the nodes to upgrade are those that were planned",
            "the nodes to upgrade are not those that were planned; submit it again"),
    BELOW_MINIMUM(
            ErrorCode.NOT_ALLOWED,
            Recovery.PERMANENT,
            "every node runs its engine's minimum or newer",
            "a node runs a version below its engine's minimum, which cannot be upgraded on request; ask support"),
    NODE_ABNORMAL(
            ErrorCode.NOT_ALLOWED,
            Recovery.TRANSIENT,
            "no node was last seen in an abnormal state",
            "a node was last seen in an abnormal state"),
    NODE_UNREACHABLE(
            ErrorCode.NOT_ALLOWED, Recovery.NODE, "every node answers through its agent", "an agent does not answer"),
    AGENT_VERSION(
            ErrorCode.NOT_ALLOWED,
            Recovery.NODE,
            "every agent speaks our protocol",
            "an agent of another version answers"),
    NODE_DIFFERS(
            ErrorCode.NOT_ALLOWED,
            Recovery.PERMANENT,
            "every node runs what the inventory says",
            "a node runs something else than the inventory says"),
    NODE_PROBLEM(ErrorCode.NOT_ALLOWED, Recovery.NODE, "no node reports a problem", "a node reports a problem"),
    /** The one that a request may accept. */
    LOST_STICKINESS(
            ErrorCode.NOT_ALLOWED, Recovery.NODE, "no client loses its server", "clients may go to another server");

    /** How what speaks against an upgrade can be over by itself. */
    public enum Recovery {
        /** The request will not do, however long it waits. */
        PERMANENT,
        /** Inventory and ledger will say so. */
        TRANSIENT,
        /** The node's agent will say so when it is asked again. */
        NODE
    }

    private final ErrorCode error;
    private final Recovery recovery;
    private final String question;
    private final String sentence;

    Blocker(ErrorCode error, Recovery recovery, String question, String sentence) {
        this.error = error;
        this.recovery = recovery;
        this.question = question;
        this.sentence = sentence;
    }

    public ErrorCode error() {
        return error;
    }

    public String code() {
        return error.code();
    }

    /** The condition that the check makes sure of. */
    public String question() {
        return question;
    }

    /** How it can be over at a scheduled upgrade's next look, without anybody changing the request. */
    public Recovery recovery() {
        return recovery;
    }

    public String sentence() {
        return sentence;
    }
}
