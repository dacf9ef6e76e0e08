package dev.changeover.upgrade;

/** What can speak against an upgrade: the code callers see, the question that was asked, and words for people. */
public enum Blocker {
    NOT_HA_OR_CLUSTER(
            "DBS.200086",
            Recovery.PERMANENT,
            "the proxy is in HA or cluster mode",
            "only HA or cluster proxies can be upgraded; ask support about this one"),
    FROZEN("DBS.280449", Recovery.TRANSIENT, "the instance is not frozen", "the instance is frozen"),
    INSTANCE_ABNORMAL(
            "DBS.200086", Recovery.TRANSIENT, "instance and proxy are normal", "the instance or the proxy is abnormal"),
    OPERATION_RUNNING(
            "DBS.200011",
            Recovery.TRANSIENT,
            "no other change runs",
            "another operation is running on this proxy or its instance"),
    TOO_MANY_AT_ONCE(
            "DBS.200086", Recovery.TRANSIENT, "few enough upgrades run", "as many upgrades run as may run at once"),
    ALREADY_NEWEST(
            "DBS.200001", Recovery.PERMANENT, "there is something newer", "the proxy already runs the newest version"),
    NO_TARGET(
            "DBS.200086",
            Recovery.PERMANENT,
            "the catalogue has a target",
            "the catalogue has no ACTIVE version with a package for this engine"),
    WRONG_SOURCE(
            "DBS.200001",
            Recovery.PERMANENT,
            "source_version is what runs",
            "source_version is not what the proxy runs"),
    NOT_THE_NEWEST(
            "DBS.200001",
            Recovery.PERMANENT,
            "target_version is the newest",
            "target_version is not the newest ACTIVE version"),
    TARGET_WITHDRAWN(
            "DBS.200086",
            Recovery.PERMANENT,
            "the target is still offered",
            "the target version was withdrawn from the catalogue"),
    BELOW_MINIMUM(
            "DBS.200086",
            Recovery.PERMANENT,
            "every node runs 2.3.0.1 or newer",
            "a node runs a version below 2.3.0.1, which cannot be upgraded on request; ask support"),
    NODE_ABNORMAL(
            "DBS.200086", Recovery.TRANSIENT, "every node is normal", "a node was last seen in an abnormal state"),
    NODE_UNREACHABLE("DBS.200086", Recovery.NODE, "every node answers through its agent", "an agent does not answer"),
    AGENT_VERSION(
            "DBS.200086", Recovery.NODE, "every agent speaks our protocol", "an agent of another version answers"),
    NODE_DIFFERS(
            "DBS.200086",
            Recovery.PERMANENT,
            "every node runs what the inventory says",
            "a node runs something else than the inventory says"),
    NODE_PROBLEM("DBS.200086", Recovery.NODE, "no node reports a problem", "a node reports a problem");

    /** How what speaks against an upgrade can be over by itself. */
    public enum Recovery {
        /** The request will not do, however long it waits. */
        PERMANENT,
        /** Inventory and ledger will say so. */
        TRANSIENT,
        /** The node's agent will say so when it is asked again. */
        NODE
    }

    private final String code;
    private final Recovery recovery;
    private final String question;
    private final String sentence;

    Blocker(String code, Recovery recovery, String question, String sentence) {
        this.code = code;
        this.recovery = recovery;
        this.question = question;
        this.sentence = sentence;
    }

    /** The published error code. */
    public String code() {
        return code;
    }

    /** What the check makes sure of. */
    public String question() {
        return question;
    }

    /** How it can be over at a scheduled upgrade's next look, without anybody changing the request. */
    public Recovery recovery() {
        return recovery;
    }

    /** Why an upgrade is refused. */
    public String sentence() {
        return sentence;
    }
}
