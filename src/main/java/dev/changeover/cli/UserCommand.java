package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "user", description = "Looks after the accounts of the server's built-in store.")
final class UserCommand extends CommandGroup {
    enum Role {
        VIEWER,
        OWNER,
        OPERATOR
    }

    @Command(
            name = "add",
            description = {
                "Adds an account. A viewer looks, an owner upgrades, both within their projects; an operator does"
                        + " everything everywhere.",
                "The first operator ends what the server's first start left for it."
            })
    static final class Add extends RemoteCommand {
        @Parameters(paramLabel = "NAME", description = "1 to 64 letters, digits and . _ @ -")
        private String name = "";

        @Option(names = "--role", required = true, paramLabel = "ROLE", description = "viewer, owner or operator")
        private Role role = Role.VIEWER;

        @Option(
                names = "--project",
                paramLabel = "ID",
                description = "a project that it sees, or '*' for all; may be said more than once")
        private List<String> projects = List.of();

        @Mixin
        private PasswordOption password = new PasswordOption();

        @Option(names = "--no-password", description = "for a program, which signs with an access key")
        private boolean noPassword;

        @Override
        int run(RestClient server) {
            if (noPassword && password.fromInput()) {
                throw wrongUse("--password-stdin or --no-password, not both");
            }
            if (role != Role.OPERATOR && projects.isEmpty()) {
                throw wrongUse("--project is needed: the id of a project that %s sees, or '*' for all".formatted(name));
            }
            var body = body(role, projects).put("name", name);
            if (!noPassword) {
                body.put("password", password.fresh(this, "Password for %s: ".formatted(name)));
            }
            var answer = server.post(RestClient.path("users"), body);
            print(answer, () -> "added: " + sentence(answer));
            if (role == Role.OPERATOR && !SessionCommands.isKnown(() -> server.get(RestClient.path("me")))) {
                err().println("What the first start left is good no more. Log in: " + invocation("login " + name));
            }
            return Exit.DONE;
        }
    }

    @Command(name = "list", description = "Lists the accounts.")
    static final class Listing extends RemoteCommand {
        private static final TableView USERS = new TableView("accounts")
                .text("NAME", "name")
                .text("ROLE", "role")
                .column("PROJECTS", user -> Json.words(user, "projects"))
                .column("PASSWORD", user -> user.path("has_password").asBoolean() ? "yes" : "no")
                .time("SINCE", "created_at");

        @Override
        int run(RestClient server) {
            return done(
                    server.get(RestClient.path("users")),
                    "users",
                    USERS,
                    "add the first with: " + invocation("user add NAME --role operator"));
        }
    }

    @Command(name = "set", description = "Gives an account another role or other projects, from its next call on.")
    static final class Change extends RemoteCommand {
        @Parameters(paramLabel = "NAME", description = "of the account")
        private String name = "";

        @Option(names = "--role", paramLabel = "ROLE", description = "viewer, owner or operator")
        private Optional<Role> role = Optional.empty();

        @Option(
                names = "--project",
                paramLabel = "ID",
                description = "all that it sees from now on, or '*' for all; may be said more than once")
        private List<String> projects = List.of();

        @Override
        int run(RestClient server) {
            if (role.isEmpty() && projects.isEmpty()) {
                throw wrongUse("what is to be different? --role or --project is needed");
            }
            var answer = server.send("PUT", RestClient.path("users", name), body(role.orElse(null), projects));
            return done(answer, () -> "changed: " + sentence(answer));
        }
    }

    @Command(
            name = "password",
            description = {
                "Sets a password and ends all the account is logged in with.",
                "Without NAME it is your own, and the old one is asked for first."
            })
    static final class Password extends RemoteCommand {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = "another's account; for operators")
        private Optional<String> name = Optional.empty();

        @Mixin
        private PasswordOption password = new PasswordOption();

        @Override
        int run(RestClient server) {
            if (name.isPresent()) {
                var fresh = password.fresh(this, "New password for %s: ".formatted(name.get()));
                server.send(
                        "PUT",
                        RestClient.path("users", name.get(), "password"),
                        Json.object().put("password", fresh));
            } else {
                var body = Json.object().put("old_password", password.known(this, "Old password: "));
                body.put("new_password", password.fresh(this, "New password: "));
                server.send("PUT", RestClient.path("me", "password"), body);
            }
            return done(Json.object(), () -> "set; whoever was logged in with the old one has to log in again");
        }
    }

    @Command(
            name = "remove",
            description = "Removes an account with its access keys; nothing of it is accepted any more.")
    static final class Remove extends RemoteCommand {
        @Parameters(paramLabel = "NAME", description = "of the account")
        private String name = "";

        @Override
        int run(RestClient server) {
            return done(server.delete(RestClient.path("users", name)), () -> "removed: " + name);
        }
    }

    private static ObjectNode body(@Nullable Role role, List<String> projects) {
        var body = Json.object();
        if (role != null) {
            body.put("role", role.name().toLowerCase(Locale.ROOT));
        }
        if (!projects.isEmpty()) {
            projects.forEach(body.putArray("projects")::add);
        }
        return body;
    }

    private static String sentence(JsonNode user) {
        return "%s, %s of %s"
                .formatted(
                        Json.text(user, "name"),
                        Json.text(user, "role"),
                        Json.words(user, "projects").replace("*", "all projects"));
    }
}
