package dev.changeover.cli;

import dev.changeover.client.RestClient;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
    private final Options options = new Options();

    @Override
    int run(RestClient server) {
        return new Watching(this, options, server, jobId).untilItEnds();
    }

    /** How long an upgrade is watched. */
    static final class Options {
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

        /** As they would be typed. */
        String words() {
            return until == Until.ENDED ? "" : " --until " + until.name().toLowerCase(Locale.ROOT);
        }
    }
}
