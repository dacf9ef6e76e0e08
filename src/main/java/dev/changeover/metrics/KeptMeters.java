package dev.changeover.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Set;

/** Of all that libraries measure, what answers a question of an operator. Temporal's are chosen where they come in. */
@Singleton
final class KeptMeters implements MeterFilter {
    private static final Set<String> KEPT = Set.of(
            "http.server.requests",
            "hikaricp.connections.active",
            "hikaricp.connections.max",
            "hikaricp.connections.pending",
            "hikaricp.connections.timeout",
            "jvm.gc.pause",
            "jvm.memory.max",
            "jvm.memory.used",
            "jvm.threads.live",
            "logback.events",
            "process.cpu.usage",
            "process.files.max",
            "process.files.open",
            "process.start.time");

    /** Tags that make many meters of one. */
    private static final Set<String> NEEDLESS = Set.of("cause", "exception", "serverName", "uri");

    @Override
    public Meter.Id map(Meter.Id id) {
        if (isOurs(id)) return id;
        return id.replaceTags(
                id.getTags().stream().filter(tag -> !isNeedless(tag)).toList());
    }

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return isOurs(id) || KEPT.contains(id.getName()) ? MeterFilterReply.NEUTRAL : MeterFilterReply.DENY;
    }

    private static boolean isOurs(Meter.Id id) {
        return id.getName().startsWith("changeover.") || id.getName().startsWith("temporal_");
    }

    private static boolean isNeedless(Tag tag) {
        return NEEDLESS.contains(tag.getKey());
    }
}
