package dev.changeover.node.driver;

/** What the servers of a backend speak, as somebody says it who knows; in lower case, as it is written in a setting. */
public enum BackendKind {
    /** Must let the check user log in. */
    mysql,
    /** Something else, which only its checks prove. */
    other
}
