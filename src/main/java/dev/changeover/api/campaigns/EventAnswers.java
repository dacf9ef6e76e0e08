package dev.changeover.api.campaigns;

import dev.changeover.api.Times;
import dev.changeover.campaign.EventList;
import dev.changeover.campaign.EventList.Status;
import dev.changeover.upgrade.UpgradeSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Planned events in the published form. */
final class EventAnswers {
    private static final String TYPE = "PROXY_VERSION_UPGRADE";
    private static final String IMPACT =
            "New connections are not affected. Connections open for more than %s are interrupted, one by one.";

    private EventAnswers() {}

    /** Some of them, how many match, and how many of the project there are in all by status. */
    record Events(
            List<Event> events,
            int totalCount,
            int inquiringCount,
            int scheduleCount,
            int executingCount,
            int failedCount) {
        static Events of(EventList.Page page, UpgradeSettings settings) {
            return new Events(
                    page.events().stream()
                            .map(event -> Event.of(event, IMPACT.formatted(settings.ageLimitInWords())))
                            .toList(),
                    page.total(),
                    page.counts().getOrDefault(Status.INQUIRING, 0),
                    page.counts().getOrDefault(Status.SCHEDULED, 0),
                    page.counts().getOrDefault(Status.EXECUTING, 0),
                    page.counts().getOrDefault(Status.FAILED, 0));
        }
    }

    /**
     * A forced upgrade as its owner sees it. From {@code proxyId} on it is our extension.
     *
     * @param updatedTime the same as {@code updateTime}, by its name in the interface of GaussDB
     * @param executeTime when it is planned to begin; null where that is not known
     * @param latestExecutionTime until then its owner chooses when
     * @param jobId its task; null before it was delivered
     */
    record Event(
            String id,
            String instanceId,
            String instanceName,
            String dbType,
            String createdTime,
            String updateTime,
            String updatedTime,
            String type,
            String impact,
            String status,
            String reason,
            String level,
            @Nullable String executeTime,
            String latestExecutionTime,
            String proxyId,
            String proxyName,
            @Nullable String jobId) {
        static Event of(EventList.Event event, String impact) {
            var member = event.member();
            return new Event(
                    member.id(),
                    member.instanceId(),
                    member.instanceName(),
                    "mysql",
                    Times.of(event.createdAt()),
                    Times.of(member.updatedAt()),
                    Times.of(member.updatedAt()),
                    TYPE,
                    impact,
                    event.status().name(),
                    event.reason(),
                    event.level().name(),
                    Times.ofNullable(member.executeAt()),
                    Times.of(event.latestAt()),
                    member.proxyId(),
                    member.proxyName(),
                    member.jobId());
        }
    }

    /** What became of each. */
    record Results(List<Result> results) {}

    /**
     * What became of one.
     *
     * @param id of the event
     * @param eventId the same, by its name in the interface of GaussDB
     * @param instanceId empty where the program named none and there is no such event
     * @param jobId its task; null where it has none
     * @param errorCode empty where it was done
     */
    record Result(
            String id,
            String eventId,
            String instanceId,
            @Nullable String jobId,
            String errorCode,
            String errorMsg,
            boolean success) {}
}
