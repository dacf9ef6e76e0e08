package dev.changeover.campaign;

import dev.changeover.campaign.Member.State;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The planned events of a project: members of started campaigns, as their owners see them. Thread-safe. */
@Singleton
public class EventList {
    private final Sql sql;

    EventList(Sql sql) {
        this.sql = sql;
    }

    /** The words of the published interface. */
    public enum Status {
        WAITING(State.PLANNED, State.NEEDS_OPERATOR),
        INQUIRING(State.INQUIRING),
        SCHEDULED(State.DELIVERED, State.OWN),
        EXECUTING(State.RUNNING, State.HELD),
        COMPLETED(State.DONE),
        FAILED(State.FAILED),
        CANCELED(State.CANCELLED);

        private final List<State> states;

        Status(State... states) {
            this.states = List.of(states);
        }

        public static Status of(State state) {
            return Stream.of(values())
                    .filter(status -> status.states.contains(state))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** What a list can be sorted by, in the words of RDS and of GaussDB. */
    public enum Sort {
        PLANNED_EXECUTION_TIME("m.execute_at"),
        CREATED_TIME("c.started_at"),
        LATEST_EXECUTION_TIME("c.deadline"),
        EXECUTE_TIME("m.execute_at"),
        EXECUTION_TIME_WINDOW("m.execute_at"),
        UPDATED_TIME("m.updated_at");

        private final String column;

        Sort(String column) {
            this.column = column;
        }
    }

    /** Which events of a project; what is null does not matter. */
    public record Query(
            String projectId,
            @Nullable String id,
            @Nullable String instanceId,
            @Nullable Status status,
            @Nullable Level level,
            Sort sort,
            boolean newestFirst,
            int offset,
            int limit) {}

    /** @param createdAt when its owner was told first */
    public record Event(
            Member member, Status status, Level level, String reason, Instant latestAt, Instant createdAt) {}

    /** Some of them, how many match, and how many of the project there are by their status. */
    public record Page(List<Event> events, int total, Map<Status, Integer> counts) {}

    public Page page(Query query) {
        var values = new ArrayList<Object>(List.of(query.projectId()));
        var where = new StringBuilder(" from campaign_member m join campaign c on c.id = m.campaign_id"
                + " where m.project_id = ? and c.started_at is not null");
        condition(where, values, " and m.id = ?", query.id());
        condition(where, values, " and m.instance_id = ?", query.instanceId());
        condition(where, values, " and c.level = ?", query.level());
        var status = query.status();
        if (status != null) {
            where.append(status.states.stream()
                    .map(state -> "'" + state + "'")
                    .collect(Collectors.joining(", ", " and m.state in (", ")")));
        }
        var total = sql.count("select count(*)" + where, values.toArray());
        values.addAll(List.of(query.limit(), query.offset()));
        var events = sql.list(
                "select m.*, c.level, c.reason as why, c.deadline, c.started_at" + where
                        + " order by %s %s, m.id limit ? offset ?"
                                .formatted(query.sort().column, query.newestFirst() ? "desc" : "asc"),
                row -> {
                    var member = CampaignStore.MEMBER.read(row);
                    return new Event(
                            member,
                            Status.of(member.state()),
                            row.constant(Level.class, "level"),
                            member.reason().isEmpty() ? row.text("why") : member.reason(),
                            row.instant("deadline"),
                            row.instant("started_at"));
                },
                values.toArray());
        return new Page(events, total, counts(query.projectId()));
    }

    private Map<Status, Integer> counts(String projectId) {
        var counts = new EnumMap<Status, Integer>(Status.class);
        sql.list(
                        "select m.state, count(*) as many from campaign_member m join campaign c on c.id = m.campaign_id"
                                + " where m.project_id = ? and c.started_at is not null group by m.state",
                        row -> Map.entry(row.constant(State.class, "state"), row.number("many")),
                        projectId)
                .forEach(count -> counts.merge(Status.of(count.getKey()), count.getValue(), Integer::sum));
        return counts;
    }

    private static void condition(StringBuilder where, List<Object> values, String sql, @Nullable Object value) {
        if (value != null) {
            where.append(sql);
            values.add(value);
        }
    }
}
