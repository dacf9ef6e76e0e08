package dev.changeover.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Follows an upgrade. */
@Command(
        name = "watch",
        description = {
            "Watches an upgrade until it has ended or is held; the exit code says how.",
            "With -o json it prints the upgrade once, at the end."
        })
final class WatchCommand extends RemoteCommand {
    @Parameters(paramLabel = "JOB", description = "id of the job")
    private String jobId = "";

    @Mixin
    private final WatchOptions options = new WatchOptions();

    @Override
    int run(RestClient server) {
        return Watching.of(this, options, server, jobId).untilItEnds();
    }
}
