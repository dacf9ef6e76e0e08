package dev.changeover.temporal;

public enum TemporalMode {
    /** A Temporal that somebody else runs: address, namespace, TLS and API key from its profile or variables. */
    EXTERNAL,
    /** A child process {@code temporal server start-dev} with its file in the data directory: durable, one host. */
    DEV_SERVER,
    /** Temporal's Java test server inside this process: nothing outlives the process. */
    IN_PROCESS,
    /** External when an address is configured, else the dev server when its program is there, else in-process. */
    AUTO
}
