package dev.changeover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Credentials;
import dev.changeover.client.Failure.ApiError;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Facts;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Log-ins at a server: how one begins, how it ends, and whose it is. */
final class SessionCommands {
    private SessionCommands() {}

    /** Whether the server knew who made a request. */
    static boolean isKnown(Runnable request) {
        try {
            request.run();
            return true;
        } catch (ApiError refused) {
            if (!refused.unauthenticated()) throw refused;
            return false;
        }
    }

    @Command(
            name = "login",
            description = {
                "Logs in at a server, which gives a token for half a day.",
                "It is kept in a file of its own beside changeover.toml, for this server and your eyes only."
            })
    static final class Login extends RemoteCommand {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = "of your account; asked for if it is left out")
        private Optional<String> name = Optional.empty();

        @Mixin
        private PasswordOption password = new PasswordOption();

        @Override
        Optional<Credentials.Found> credentials(URI address) {
            return Optional.empty();
        }

        @Override
        String advice(URI address, Optional<Credentials.Found> sent) {
            return ""; // it is what is tried here
        }

        @Override
        int run(RestClient server) {
            if (server.overhearable()) {
                err().println("%s is not encrypted: others may overhear the password".formatted(server.address()));
            }
            var who = name.or(() -> keyboard().answer("Name: "))
                    .filter(text -> !text.isBlank())
                    .orElseThrow(() -> wrongUse("whose account? There is no terminal to ask for the name"));
            var body = Json.object().put("name", who).put("password", password.known(this, "Password: "));
            var answer = server.post(RestClient.path("login"), body);
            var file = files().logIns()
                    .store(server.address(), who, Json.raw(answer, "token"), Json.text(answer, "expires_at"));
            ((ObjectNode) answer).remove("token");
            return done(
                    answer,
                    () -> "logged in at %s as %s (%s) until %s, kept in %s"
                            .formatted(
                                    server.address(),
                                    who,
                                    Json.text(answer, "role"),
                                    TimeFormat.dateAndTime(Json.text(answer, "expires_at")),
                                    file));
        }
    }

    @Command(
            name = "logout",
            description = "Forgets the log-in at a server, and ends there whatever the account is logged in with.")
    static final class Logout extends RemoteCommand {
        @Override
        Optional<Credentials.Found> credentials(URI address) {
            return files().logIns().token(address).map(token -> new Credentials.Found(token, "the log-in stored here"));
        }

        @Override
        int run(RestClient server) {
            var who = files().logIns().name(server.address()).orElse("");
            if (files().logIns().forget(server.address())) {
                // Forgotten it is by now; one that had ended there already is what was wanted.
                isKnown(() -> server.post(RestClient.path("logout"), Json.object()));
                return done(Json.object().put("name", who), () -> "%s is logged out".formatted(who));
            }
            return done(Json.object().put("name", ""), () -> "nobody is logged in at " + server.address());
        }
    }

    @Command(name = "whoami", description = "Shows who the server takes you for, what that may do, and what told it.")
    static final class WhoAmI extends RemoteCommand {
        @Override
        int run(RestClient server) {
            var answer = server.get(RestClient.path("me"));
            return done(
                    answer,
                    () -> new Facts()
                            .add("name", Json.text(answer, "name"))
                            .add("role", Json.text(answer, "role"))
                            .add("projects", Json.words(answer, "projects"))
                            .add("permissions", Json.words(answer, "permissions"))
                            .add("server", server.address().toString())
                            .add(
                                    "known by",
                                    credentials(server.address())
                                            .map(Credentials.Found::from)
                                            .orElse(""))
                            .text(paint()));
        }
    }
}
