package dev.changeover.cli;

import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "key", description = "Looks after the access keys that programs sign their requests with.")
final class KeyCommand extends CommandGroup {
    /** With it, a caller sees and removes everybody's keys. */
    private static final String MANAGES_ACCESS = "rds:access:manage";

    @Command(
            name = "add",
            description = {
                "Makes an access key and shows it: this once, the secret can never be seen again.",
                "The lines are as the published SDKs read them from the environment."
            })
    static final class Add extends RemoteCommand {
        @Parameters(
                arity = "0..1",
                paramLabel = "ACCOUNT",
                description = "who will sign with it; for operators (default: you)")
        private Optional<String> account = Optional.empty();

        @Override
        int run(RestClient server) {
            var answer = account.map(name -> server.post(
                            RestClient.path("access-keys"), Json.object().put("account", name)))
                    .orElseGet(() -> server.post(RestClient.path("me", "access-keys"), Json.object()));
            return done(
                    answer,
                    () -> "export HUAWEICLOUD_SDK_AK=%s%nexport HUAWEICLOUD_SDK_SK=%s"
                            .formatted(Json.text(answer, "access_key_id"), Json.text(answer, "secret_access_key")));
        }
    }

    @Command(name = "list", description = "Lists the access keys: yours, or everybody's if you manage accounts.")
    static final class Listing extends RemoteCommand {
        private static final TableView KEYS = new TableView("access keys")
                .text("ACCESS KEY", "access_key_id")
                .text("ACCOUNT", "account")
                .time("SINCE", "created_at");

        @Parameters(arity = "0..1", paramLabel = "ACCOUNT", description = "only those of this account")
        private Optional<String> account = Optional.empty();

        @Override
        int run(RestClient server) {
            var answer = server.get(
                    account.map(name -> RestClient.path("access-keys") + "?account=" + RestClient.encoded(name))
                            .orElseGet(() -> keys(server)));
            var whose = account.map(name -> "key add " + ShellWord.of(name)).orElse("key add");
            return done(answer, "access_keys", KEYS, "make one with: " + invocation(whose));
        }
    }

    @Command(
            name = "remove",
            description = "Removes an access key; nothing that is signed with it is accepted any more.")
    static final class Remove extends RemoteCommand {
        @Parameters(paramLabel = "ID", description = "the access key's id, as list shows it")
        private String id = "";

        @Override
        int run(RestClient server) {
            return done(server.delete(keys(server) + "/" + RestClient.encoded(id)), () -> "removed: " + id);
        }
    }

    /** The path of the keys that the caller may see. */
    private static String keys(RestClient server) {
        var me = server.get(RestClient.path("me"));
        return Json.texts(me, "permissions").contains(MANAGES_ACCESS)
                ? RestClient.path("access-keys")
                : RestClient.path("me", "access-keys");
    }
}
