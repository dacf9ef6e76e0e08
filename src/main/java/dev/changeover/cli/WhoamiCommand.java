package dev.changeover.cli;

import dev.changeover.terminal.Lines;
import picocli.CommandLine.Command;

/** Who the server takes the caller for. */
@Command(name = "whoami", description = "Shows who the server takes you for, what that may do, and what told it.")
final class WhoamiCommand extends RemoteCommand {
    @Override
    int run(RestClient server) {
        var answer = server.get(RestClient.path("me"));
        print(
                answer,
                () -> new Lines()
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
        return Exit.DONE;
    }
}
