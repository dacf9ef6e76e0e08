package dev.changeover.notify;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.changeover.database.Sql;
import dev.changeover.inventory.Inventory;
import dev.changeover.notify.Letter.Item;
import dev.changeover.notify.Notice.Kind;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.window.Opening;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes letters: what every channel tells, from the notices of a delivery and what inventory and outbox know. */
@Singleton
public final class Letters {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE d MMM HH:mm z", Locale.ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE d MMM", Locale.ENGLISH);

    /** How long the calendar's entry is where the planned time is in no window, or in none any more. */
    private static final Duration SHORT = Duration.ofHours(1);

    private final Sql sql;
    private final Inventory inventory;
    private final NotifySettings settings;
    private final UpgradeSettings upgrades;

    Letters(Sql sql, Inventory inventory, NotifySettings settings, UpgradeSettings upgrades) {
        this.sql = sql;
        this.inventory = inventory;
        this.settings = settings;
        this.upgrades = upgrades;
    }

    public Letter of(Delivery delivery) {
        var items =
                delivery.told().stream()
                        .collect(groupingBy(Told::thread, LinkedHashMap::new, toList()))
                        .values()
                        .stream()
                        .map(told -> item(told, delivery))
                        .toList();
        return new Letter(
                line(subject(items, delivery)),
                delivery.contact(),
                items,
                delivery.told().stream().anyMatch(told -> told.notice().campaignId() != null),
                upgrades.ageLimitInWords(),
                settings.consoleUrl());
    }

    private Item item(List<Told> told, Delivery delivery) {
        var last = told.getLast();
        var newest = last.notice();
        var names = inventory
                .names(newest.proxyId())
                .orElseGet(() -> new Inventory.Names(newest.instanceId(), newest.proxyId()));
        var planned = newest.plannedAt();
        return new Item(
                last.thread(),
                newest,
                line(names.proxy()),
                line(names.instance()),
                planned == null ? "" : at(TIME, planned, delivery.zone()),
                planned == null ? "" : at(TIME, planned, UTC),
                newest.latestAt() == null || !newest.kind().isPlan()
                        ? ""
                        : at(TIME, newest.latestAt(), delivery.zone()),
                notes(newest),
                details(newest),
                others(last, delivery),
                told.stream()
                        .map(one -> "%s: %s%s"
                                .formatted(
                                        at(TIME, one.notice().at(), delivery.zone()),
                                        words(one),
                                        one.notice().reason().isEmpty()
                                                ? ""
                                                : " (" + one.notice().reason() + ")"))
                        .toList(),
                sequence(last),
                planned == null ? null : ends(newest.instanceId(), planned));
    }

    private Instant ends(String instanceId, Instant planned) {
        return inventory
                .instance(instanceId)
                .flatMap(instance -> instance.window().current(planned))
                .map(Opening::closes)
                .orElse(planned.plus(SHORT));
    }

    private static String words(Told told) {
        return told.reminder()
                ? "a reminder"
                : "the upgrade " + told.notice().kind().words();
    }

    private static String subject(List<Item> items, Delivery delivery) {
        if (items.isEmpty()) {
            return "Test: Changeover reaches " + delivery.contact();
        }
        if (items.size() > 1) {
            var kinds = items.stream().collect(groupingBy(item -> item.newest().kind(), TreeMap::new, counting()));
            return items.stream()
                            .filter(Item::isOpen)
                            .flatMap(item -> Stream.ofNullable(item.newest().latestAt()))
                            .min(Comparator.naturalOrder())
                            .map(latest -> "Action by %s: ".formatted(at(DAY, latest, delivery.zone())))
                            .orElse("")
                    + "%d upgrades: ".formatted(items.size())
                    + kinds.entrySet().stream()
                            .map(kind ->
                                    kind.getValue() + " " + word(kind.getKey()).toLowerCase(Locale.ENGLISH))
                            .collect(joining(", "));
        }
        var item = items.getFirst();
        var newest = item.newest();
        var when = item.when().isEmpty() ? "" : ", " + item.when();
        if (item.isOpen() && newest.latestAt() != null) {
            return "Action by %s: %s%s".formatted(at(DAY, newest.latestAt(), delivery.zone()), item.title(), when);
        }
        return word(newest.kind()) + ": " + item.title()
                + switch (newest.kind()) {
                    case PLANNED, RESCHEDULED -> when;
                    case CANCELLED -> item.when().isEmpty() ? "" : ", not on " + item.when();
                    case STARTED, SERVING, HELD, DONE, MIXED, NEEDS_OPERATOR, WAITING -> "";
                };
    }

    private static String word(Kind kind) {
        return switch (kind) {
            case PLANNED -> "Planned";
            case RESCHEDULED -> "Moved";
            case STARTED -> "Started";
            case SERVING -> "Serves the new version";
            case HELD -> "Held";
            case DONE -> "Done";
            case MIXED -> "Not done on every node";
            case CANCELLED -> "Cancelled";
            case NEEDS_OPERATOR -> "Needs an operator";
            case WAITING -> "Waits for days";
        };
    }

    /** Of all versions between the two; what is not in the catalogue any more has none. */
    private String notes(Notice notice) {
        return inventory.proxy(notice.proxyId()).stream()
                .flatMap(proxy -> inventory.registered(proxy.engine()).stream())
                .filter(kernel -> kernel.version().compareTo(notice.source()) > 0
                        && kernel.version().compareTo(notice.target()) <= 0)
                .filter(kernel -> !kernel.releaseNotes().isBlank())
                .map(kernel -> kernel.version() + ": " + kernel.releaseNotes().strip())
                .collect(joining("\n"));
    }

    private URI details(Notice notice) {
        var job = notice.jobId();
        var member = notice.memberId();
        return URI.create("%s/console/#/%s?project=%s%s"
                .formatted(
                        settings.consoleUrl().toString().replaceAll("/$", ""),
                        job != null ? "upgrades/" + encoded(job) : "instances/" + encoded(notice.instanceId()),
                        encoded(notice.projectId()),
                        member == null ? "" : "&event=" + encoded(member)));
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    private List<String> others(Told told, Delivery delivery) {
        return sql.list("""
                select distinct c.name from notice_recipient r join contact c on c.id = r.contact_id
                where r.notice_id = ? and c.name <> ? order by c.name limit 20
                """, row -> row.text("name"), told.id(), delivery.contact());
    }

    private int sequence(Told told) {
        return sql.count("""
                select count(*) from notice
                where thread = ? and id < ? and reminder_of is null
                    and kind in ('PLANNED', 'RESCHEDULED', 'CANCELLED')
                """, told.thread(), told.id());
    }

    private static String at(DateTimeFormatter format, Instant at, ZoneId zone) {
        return format.format(at.atZone(zone));
    }

    /** A name could have line breaks, and what follows one in a subject would be a header. */
    private static String line(@Nullable String text) {
        return text == null ? "" : text.replaceAll("\\p{Cntrl}+", " ");
    }
}
