package dev.changeover.cli;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Command;

/** The end of a log-in, here and at the server. */
@Command(
        name = "logout",
        description = "Forgets the log-in at a server, and ends there whatever the account is logged in with.")
final class LogoutCommand extends RemoteCommand {
    @Override
    Optional<Credentials.Found> credentials(URI address) {
        return files().logIns().token(address).map(token -> new Credentials.Found(token, "the log-in stored here"));
    }

    @Override
    int run(RestClient server) {
        var who = files().logIns().name(server.address()).orElse("");
        if (files().logIns().forget(server.address())) {
            end(server);
            print(Json.object().put("name", who), () -> "%s is logged out".formatted(who));
        } else {
            print(Json.object().put("name", ""), () -> "nobody is logged in at " + server.address());
        }
        return Exit.DONE;
    }

    /** Forgotten it is by now; one that had ended there already is what was wanted. */
    private static void end(RestClient server) {
        try {
            server.post(RestClient.path("logout"), Json.object());
        } catch (ApiError refused) {
            if (!refused.unauthenticated()) {
                throw refused;
            }
        }
    }
}
