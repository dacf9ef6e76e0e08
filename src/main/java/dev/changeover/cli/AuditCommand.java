package dev.changeover.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.Query;
import dev.changeover.client.RestClient;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "audit",
        description = {
            "Shows who did what, when, to what, why and from where, and who was refused; newest first.",
            "Shows the last 30 days unless it is told otherwise; all there is of an entry with -o json."
        })
final class AuditCommand extends RemoteCommand {
    private static final int SOME = 3;

    private static final TableView ENTRIES = new TableView("entries")
            .time("WHEN", "at")
            .text("WHO", "actor")
            .text("FROM", "address")
            .text("ACTION", "action")
            .column("ON", AuditCommand::subjects)
            .status("OUTCOME", "outcome")
            .text("STATUS", "status")
            .text("CODE", "error_code")
            .text("TIMES", "times")
            .text("WHY", "reason");

    @Option(names = "--actor", paramLabel = "NAME", description = "only what this account did")
    private @Nullable String actor;

    @Option(names = "--action", paramLabel = "WORD", description = "only this, like upgrade.submit")
    private @Nullable String action;

    @Option(names = "--outcome", paramLabel = "WORD", description = "only done, refused, failed or unknown")
    private @Nullable String outcome;

    @Option(names = "--project", paramLabel = "ID", description = "only what was done to this project")
    private @Nullable String project;

    @Option(names = "--instance", paramLabel = "ID", description = "to this instance")
    private @Nullable String instance;

    @Option(names = "--proxy", paramLabel = "ID", description = "to this proxy")
    private @Nullable String proxy;

    @Option(names = "--job", paramLabel = "ID", description = "to this upgrade")
    private @Nullable String job;

    @Option(names = "--account", paramLabel = "NAME", description = "to this account")
    private @Nullable String account;

    @Option(names = "--since", paramLabel = "TIME", description = "then or later: 2026-07-15T07:46:10+0200")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "then or earlier")
    private @Nullable String until;

    @Option(
            names = "--offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "leaves out so many of the newest (default: ${DEFAULT-VALUE})")
    private int offset;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many, 1 to 50 (default: ${DEFAULT-VALUE})")
    private int limit;

    @Override
    int run(RestClient server) {
        var answer = server.get(RestClient.path("audit")
                + new Query()
                        .and("offset", String.valueOf(offset))
                        .and("limit", String.valueOf(limit))
                        .and("actor", actor)
                        .and("action", action)
                        .and("outcome", outcome)
                        .and("project_id", project)
                        .and("instance_id", instance)
                        .and("proxy_id", proxy)
                        .and("job_id", job)
                        .and("account", account)
                        .and("from", TypedTime.sent(this, "--since", since))
                        .and("until", TypedTime.sent(this, "--until", until)));
        more(answer.path("total_count").asInt() - offset - limit, offset + limit);
        return done(answer, "entries", ENTRIES, "of the last 30 days, unless --since says otherwise");
    }

    /** A fleet that was imported has forty: some of each kind are enough for a line. */
    private static String subjects(JsonNode entry) {
        var ids = Json.list(entry, "subjects").stream()
                .collect(groupingBy(
                        on -> Json.text(on, "kind"), LinkedHashMap::new, mapping(on -> Json.text(on, "id"), toList())));
        return ids.entrySet().stream()
                .map(kind -> kind.getValue().stream()
                                .limit(SOME)
                                .map(id -> kind.getKey() + " " + id)
                                .collect(joining(", "))
                        + (kind.getValue().size() > SOME ? ", and more" : ""))
                .collect(joining(", "));
    }
}
