package dev.changeover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Another opening. */
@Command(
        name = "reschedule",
        description = {
            "Moves a scheduled upgrade, before its first handover, to another opening of the maintenance window.",
            "Without --at it is the next opening of the window as it is now."
        })
final class RescheduleCommand extends OrderCommand {
    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "when in the window to begin, like 2026-07-16T02:30:00Z, or 2026-07-16T04:30 with --zone")
    private @Nullable String at;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "IANA time zone of a --at without an offset, like Europe/Berlin")
    private @Nullable String zone;

    private @Nullable Instant start;

    @Override
    public Integer call() {
        start = start();
        return super.call();
    }

    @Override
    ObjectNode body() {
        return super.body().put("start_time", start == null ? null : start.toString());
    }

    private @Nullable Instant start() {
        if (at == null) {
            if (zone != null) {
                throw wrongUse("--zone: belongs to --at");
            }
            return null;
        }
        try {
            return TypedTime.read(at, zone);
        } catch (DateTimeException wrong) {
            throw wrongUse(String.valueOf(wrong.getMessage()));
        }
    }
}
