package dev.changeover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Name and password for a token, which later commands send. */
@Command(
        name = "login",
        description = {
            "Logs in at a server, which gives a token for half a day.",
            "It is kept in a file of its own beside changeover.toml, for this server and your eyes only."
        })
final class LoginCommand extends RemoteCommand {
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
        print(
                answer,
                () -> "logged in at %s as %s (%s) until %s, kept in %s"
                        .formatted(
                                server.address(),
                                who,
                                Json.text(answer, "role"),
                                TimeFormat.dateAndTime(Json.text(answer, "expires_at")),
                                file));
        return Exit.DONE;
    }
}
