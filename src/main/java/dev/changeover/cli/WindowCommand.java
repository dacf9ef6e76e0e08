package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Table;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import dev.changeover.window.WrongWindow;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** When a maintenance window opens; a window that is typed is worked out here, without any server. */
@Command(
        name = "window",
        description = "Shows when a maintenance window opens: an instance's, or one that you name. Sets an instance's.")
final class WindowCommand extends RemoteCommand {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm xxx", Locale.ROOT);
    private static final int MOST = 366;

    @Option(names = "--instance", paramLabel = "ID", description = "the window of this instance")
    private Optional<String> instance = Optional.empty();

    @Option(
            names = "--window",
            paramLabel = "HH:MM-HH:MM",
            description = "this window, like 02:00-06:00; needs no server")
    private Optional<String> hours = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "HH:MM-HH:MM",
            description = "gives the instance this window; what is planned already stays as it is")
    private Optional<String> set = Optional.empty();

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "IANA time zone of --window or --set, like Europe/Berlin (default: UTC)")
    private @Nullable String zone;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "openings at or after it, like 2026-07-15T02:00:00Z (default: now)")
    private @Nullable String from;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many, 1 to " + MOST + " (default: ${DEFAULT-VALUE})")
    private int count;

    @Override
    public Integer call() {
        if (instance.isPresent() == hours.isPresent()) {
            throw wrongUse("either --instance or --window is needed");
        }
        if (set.isPresent() && instance.isEmpty()) {
            throw wrongUse("--set needs --instance: whose window it is to be");
        }
        if (instance.isPresent() && set.isEmpty() && zone != null) {
            throw wrongUse("--zone belongs to --window or --set: an instance's window has its own");
        }
        if (count < 1 || count > MOST) {
            throw wrongUse("--count: 1 to %d is needed".formatted(MOST));
        }
        return hours.isPresent() ? named(hours.get()) : super.call();
    }

    private int named(String typed) {
        var window = window("--window", typed);
        try {
            show(window.zone(), window.next(since(), count));
            return Exit.DONE;
        } catch (DateTimeException beyond) {
            throw wrongUse("--from: there is no calendar so far from now");
        }
    }

    private MaintenanceWindow window(String option, String typed) {
        try {
            return MaintenanceWindow.parse(typed, zone);
        } catch (WrongWindow wrong) {
            throw wrongUse((wrong.part() == WrongWindow.Part.ZONE ? "--zone" : option) + ": " + wrong.getMessage());
        }
    }

    @Override
    int run(RestClient server) {
        var wanted = set.map(typed -> window("--set", typed));
        var from = since();
        var path = ResourcePaths.instance(server, instance.orElseThrow()) + "/ops-window";
        wanted.ifPresent(window -> server.send(
                "PUT",
                path,
                Json.object()
                        .put("start_time", window.start().toString())
                        .put("end_time", window.end().toString())
                        .put("time_zone", window.zone().getId())));
        var openings = "%s?count=%d&from=%s".formatted(path, count, RestClient.encoded(from.toString()));
        if (wanted.isPresent()) {
            afterwards(server, openings).ifPresent(this::show);
        } else {
            show(server.get(openings));
        }
        return Exit.DONE;
    }

    private void show(JsonNode answer) {
        show(
                ZoneId.of(Json.text(answer, "time_zone")),
                Json.list(answer, "openings").stream()
                        .map(WindowCommand::opening)
                        .toList());
    }

    private void show(ZoneId clock, List<Opening> openings) {
        var array = Json.array();
        openings.forEach(opening -> array.addObject()
                .put("opens", opening.opens().toString())
                .put("closes", opening.closes().toString()));
        print(array, () -> table(clock, openings).text(paint()));
    }

    private static Table table(ZoneId clock, List<Opening> openings) {
        var table = new Table("openings", "OPENS (%s)".formatted(clock), "CLOSES", "LASTS");
        openings.forEach(opening -> table.row(
                LOCAL.format(opening.opens().atZone(clock)),
                LOCAL.format(opening.closes().atZone(clock)),
                PlanCommand.words(Duration.between(opening.opens(), opening.closes()))));
        return table;
    }

    private static Opening opening(JsonNode published) {
        return new Opening(
                TimeFormat.instant(Json.text(published, "opens")), TimeFormat.instant(Json.text(published, "closes")));
    }

    private Instant since() {
        try {
            return from == null ? Instant.now() : Instant.parse(from);
        } catch (DateTimeException noInstant) {
            throw wrongUse("--from: an instant like 2026-07-15T02:00:00Z is needed");
        }
    }
}
