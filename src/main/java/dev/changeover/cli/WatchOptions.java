package dev.changeover.cli;

import picocli.CommandLine.Option;

/** How long an upgrade is watched. */
final class WatchOptions {
    /** The two completion marks. */
    enum Until {
        /** Every node serves the target; old sessions may still end. */
        SERVING,
        /** Nothing older is left. */
        ENDED
    }

    @Option(
            names = "--until",
            paramLabel = "MARK",
            description = "ended (default), or serving: as soon as every node serves the target")
    private Until until = Until.ENDED;

    Until until() {
        return until;
    }
}
