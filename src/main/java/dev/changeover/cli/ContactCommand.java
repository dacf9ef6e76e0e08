package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.Query;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "contact", description = "Looks after those who are told of upgrades, and shows what they were told.")
final class ContactCommand extends CommandGroup {

    /** An instance or a whole project. */
    static final class Of {
        @Option(names = "--instance", required = true, paramLabel = "ID", description = "of this instance")
        private @Nullable String instance;

        @Option(
                names = "--project",
                required = true,
                paramLabel = "ID",
                description = "of all instances of this project")
        private @Nullable String project;

        String path(RestClient server, String what) {
            return (instance != null
                            ? ResourcePaths.instance(server, instance)
                            : RestClient.path(String.valueOf(project)))
                    + "/" + what;
        }

        String words() {
            return (ShellWord.option("--instance", instance) + ShellWord.option("--project", project)).strip();
        }

        @Override
        public String toString() {
            return instance != null ? instance : "project " + project;
        }
    }

    /** What all of them say: of what. */
    abstract static class OfSomething extends RemoteCommand {
        @ArgGroup(multiplicity = "1")
        private Of of = new Of();

        String path(RestClient server) {
            return of.path(server, "contacts");
        }

        Of of() {
            return of;
        }
    }

    @Command(name = "list", description = "Lists who is told of an instance, its project's contacts included.")
    static final class Listing extends OfSomething {
        private static final TableView CONTACTS = new TableView("contacts")
                .text("ID", "id")
                .text("NAME", "name")
                .text("E-MAIL", "email")
                .text("PHONE", "phone")
                .text("WEBHOOK", "webhook")
                .column("QUIET", contact -> Json.text(contact, "quiet_hours") + " " + Json.text(contact, "time_zone"))
                .column("OF", contact -> contact.path("instance_id").isNull() ? "project" : "instance");

        @Override
        int run(RestClient server) {
            return done(
                    server.get(path(server)),
                    "contacts",
                    CONTACTS,
                    "add one with: " + invocation("contact add NAME %s --email ADDRESS".formatted(of().words())));
        }
    }

    @Command(name = "add", description = "Adds a contact, or replaces the one of the same name.")
    static final class Add extends OfSomething {
        @Parameters(paramLabel = "NAME", description = "who it is")
        private String name = "";

        @Option(names = "--email", paramLabel = "ADDRESS", description = "its e-mail address")
        private @Nullable String email;

        @Option(names = "--phone", paramLabel = "NUMBER", description = "its number for SMS, like +4915112345678")
        private @Nullable String phone;

        @Option(names = "--webhook", paramLabel = "URL", description = "where a program is told")
        private @Nullable String webhook;

        @Option(names = "--zone", paramLabel = "ZONE", description = "its IANA time zone (default: UTC)")
        private @Nullable String zone;

        @Option(
                names = "--quiet-hours",
                paramLabel = "HOURS",
                description = "when nothing is sent but that an upgrade is held: 22-07 (the default) or none")
        private @Nullable String quiet;

        @Override
        int run(RestClient server) {
            var answer = server.post(
                    path(server),
                    Json.object()
                            .put("name", name)
                            .put("email", email)
                            .put("phone", phone)
                            .put("webhook", webhook)
                            .put("time_zone", zone)
                            .put("quiet_hours", quiet));
            return done(answer, () -> "added: %s (%s)".formatted(name, Json.text(answer, "id")));
        }
    }

    @Command(name = "remove", description = "Removes a contact; what waits for it is not sent any more.")
    static final class Remove extends RemoteCommand {
        @Option(names = "--project", required = true, paramLabel = "ID", description = "the contact's project")
        private String project = "";

        @Parameters(paramLabel = "ID", description = "the contact's id, as list shows it")
        private String id = "";

        @Override
        int run(RestClient server) {
            return done(server.delete(RestClient.path(project, "contacts", id)), () -> "removed: " + id);
        }
    }

    @Command(
            name = "test",
            description =
                    "Sends a test message to everybody who is told of an instance or of all instances of a project; 1 if"
                            + " one was not sent.")
    static final class Try extends OfSomething {
        private static final TableView RESULTS = new TableView("results")
                .text("CONTACT", "contact")
                .text("CHANNEL", "channel")
                .text("ADDRESS", "address")
                .status("RESULT", "status")
                .text("REASON", "reason");

        @Override
        int run(RestClient server) {
            var answer = server.post(of().path(server, "contact-test"), Json.object());
            var results = Json.list(answer, "results");
            print(
                    answer,
                    () -> results.isEmpty()
                            ? "nobody is told of %s; see: %s"
                                    .formatted(of(), invocation("contact list " + of().words()))
                            : RESULTS.table(results).text(paint()));
            var sent = !results.isEmpty()
                    && results.stream()
                            .allMatch(result -> Json.text(result, "status").equals("SENT"));
            return sent ? Exit.DONE : Exit.FAILED;
        }
    }

    @Command(name = "notices", description = "Shows what contacts were told, the newest first, and how that went.")
    static final class Told extends RemoteCommand {
        static final TableView NOTICES = new TableView("notices")
                .time("TIME", "due_at")
                .column(
                        "NOTICE",
                        notice -> Json.text(notice, "kind")
                                + (notice.path("reminder").asBoolean() ? " reminder" : ""))
                .text("PROXY", "proxy_id")
                .text("TARGET", "target_version")
                .column("DELIVERIES", Told::deliveries);

        @Option(names = "--project", required = true, paramLabel = "ID", description = "of this project")
        private String project = "";

        @Option(names = "--instance", paramLabel = "ID", description = "only of this instance")
        private Optional<String> instance = Optional.empty();

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "how many, 1 to 50 (default: 20)")
        private int limit;

        @Option(
                names = "--offset",
                paramLabel = "N",
                defaultValue = "0",
                description = "leaves out so many of the newest (default: 0)")
        private int offset;

        @Override
        int run(RestClient server) {
            var answer = server.get(RestClient.path(project, "notices")
                    + new Query()
                            .and("limit", String.valueOf(limit))
                            .and("offset", String.valueOf(offset))
                            .and("instance_id", instance.orElse(null)));
            more(answer.path("total_count").asInt() - offset - limit, offset + limit);
            return done(answer, "notices", NOTICES);
        }

        private static String deliveries(JsonNode notice) {
            var all = Json.list(notice, "deliveries").stream()
                    .map(delivery -> "%s %s%s"
                            .formatted(
                                    Json.text(delivery, "address"),
                                    Json.text(delivery, "status"),
                                    Json.text(delivery, "reason").isEmpty()
                                            ? ""
                                            : " (" + Json.text(delivery, "reason") + ")"))
                    .collect(Collectors.joining(", "));
            if (!all.isEmpty()) return all;
            return Json.text(notice, "state").equals("NEW") ? "not told yet" : Json.text(notice, "state");
        }
    }
}
