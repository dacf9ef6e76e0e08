package dev.changeover.upgrade;

/** What can speak against an upgrade: the code callers see, the question that was asked, and words for people. */
public enum Blocker {
    NOT_HA_OR_CLUSTER(
            "DBS.200086",
            "the proxy is in HA or cluster mode",
            "only HA or cluster proxies can be upgraded; ask support about this one"),
    FROZEN("DBS.280449", "the instance is not frozen", "the instance is frozen"),
    INSTANCE_ABNORMAL("DBS.200086", "instance and proxy are normal", "the instance or the proxy is abnormal"),
    OPERATION_RUNNING(
            "DBS.200011", "no other change runs", "another operation is running on this proxy or its instance"),
    ALREADY_NEWEST("DBS.200001", "there is something newer", "the proxy already runs the newest version"),
    NO_TARGET(
            "DBS.200086",
            "the catalogue has a target",
            "the catalogue has no ACTIVE version with a package for this engine"),
    WRONG_SOURCE("DBS.200001", "source_version is what runs", "source_version is not what the proxy runs"),
    NOT_THE_NEWEST("DBS.200001", "target_version is the newest", "target_version is not the newest ACTIVE version"),
    BELOW_MINIMUM(
            "DBS.200086",
            "every node runs 2.3.0.1 or newer",
            "a node runs a version below 2.3.0.1, which cannot be upgraded on request; ask support"),
    NODE_ABNORMAL("DBS.200086", "every node is normal", "a node was last seen in an abnormal state"),
    NODE_UNREACHABLE("DBS.200086", "every node answers through its agent", "an agent does not answer"),
    AGENT_VERSION("DBS.200086", "every agent speaks our protocol", "an agent of another version answers"),
    NODE_DIFFERS(
            "DBS.200086",
            "every node runs what the inventory says",
            "a node runs something else than the inventory says"),
    NODE_PROBLEM("DBS.200086", "no node reports a problem", "a node reports a problem");

    private final String code;
    private final String question;
    private final String sentence;

    Blocker(String code, String question, String sentence) {
        this.code = code;
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

    /** Why an upgrade is refused. */
    public String sentence() {
        return sentence;
    }
}
