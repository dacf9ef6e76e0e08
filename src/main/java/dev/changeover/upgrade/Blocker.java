package dev.changeover.upgrade;

/** What can speak against an upgrade: the code callers see, the question that was asked, and words for people. */
public enum Blocker {
    NOT_HA_OR_CLUSTER(
            "DBS.200086",
            Passing.NEVER,
            "the proxy is in HA or cluster mode",
            "only HA or cluster proxies can be upgraded; ask support about this one"),
    FROZEN("DBS.280449", Passing.WITH_TIME, "the instance is not frozen", "the instance is frozen"),
    INSTANCE_ABNORMAL(
            "DBS.200086", Passing.WITH_TIME, "instance and proxy are normal", "the instance or the proxy is abnormal"),
    OPERATION_RUNNING(
            "DBS.200011",
            Passing.WITH_TIME,
            "no other change runs",
            "another operation is running on this proxy or its instance"),
    TOO_MANY_AT_ONCE(
            "DBS.200086", Passing.WITH_TIME, "few enough upgrades run", "as many upgrades run as may run at once"),
    ALREADY_NEWEST(
            "DBS.200001", Passing.NEVER, "there is something newer", "the proxy already runs the newest version"),
    NO_TARGET(
            "DBS.200086",
            Passing.NEVER,
            "the catalogue has a target",
            "the catalogue has no ACTIVE version with a package for this engine"),
    WRONG_SOURCE(
            "DBS.200001", Passing.NEVER, "source_version is what runs", "source_version is not what the proxy runs"),
    NOT_THE_NEWEST(
            "DBS.200001",
            Passing.NEVER,
            "target_version is the newest",
            "target_version is not the newest ACTIVE version"),
    TARGET_WITHDRAWN(
            "DBS.200086",
            Passing.NEVER,
            "the target is still offered",
            "the target version was withdrawn from the catalogue"),
    BELOW_MINIMUM(
            "DBS.200086",
            Passing.NEVER,
            "every node runs 2.3.0.1 or newer",
            "a node runs a version below 2.3.0.1, which cannot be upgraded on request; ask support"),
    NODE_ABNORMAL("DBS.200086", Passing.WITH_TIME, "every node is normal", "a node was last seen in an abnormal state"),
    NODE_UNREACHABLE(
            "DBS.200086", Passing.ON_THE_NODE, "every node answers through its agent", "an agent does not answer"),
    AGENT_VERSION(
            "DBS.200086",
            Passing.ON_THE_NODE,
            "every agent speaks our protocol",
            "an agent of another version answers"),
    NODE_DIFFERS(
            "DBS.200086",
            Passing.NEVER,
            "every node runs what the inventory says",
            "a node runs something else than the inventory says"),
    NODE_PROBLEM("DBS.200086", Passing.ON_THE_NODE, "no node reports a problem", "a node reports a problem");

    /** How what speaks against an upgrade can be over by itself. */
    public enum Passing {
        /** The request will not do, however long it waits. */
        NEVER,
        /** Inventory and ledger will say so. */
        WITH_TIME,
        /** The node's agent will say so when it is asked again. */
        ON_THE_NODE
    }

    private final String code;
    private final Passing passing;
    private final String question;
    private final String sentence;

    Blocker(String code, Passing passing, String question, String sentence) {
        this.code = code;
        this.passing = passing;
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
    public Passing passing() {
        return passing;
    }

    /** Why an upgrade is refused. */
    public String sentence() {
        return sentence;
    }
}
