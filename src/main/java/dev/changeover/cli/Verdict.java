package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import java.util.List;
import java.util.Optional;

/** Why there is nothing more to watch. */
record Verdict(int exit, String sentence) {

    /** Empty as long as the upgrade goes on; one that is held goes on, too, once an operator says so. */
    static Optional<Verdict> of(JsonNode upgrade, WatchCommand.Options.Until until) {
        var target = Json.text(upgrade, "target_version");
        var reason = Json.text(upgrade, "fail_reason");
        var failed = Json.text(upgrade, "status").equals("Failed");
        var outcome = Json.text(upgrade, "outcome");
        return switch (outcome) {
            case "" -> {
                if (until == WatchCommand.Options.Until.ENDED) {
                    yield Optional.empty();
                }
                if (failed) {
                    yield Optional.of(new Verdict(Exit.FAILED, "Failed: " + reason));
                }
                yield Json.text(upgrade, "serving_at").isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Verdict(Exit.DONE, "every node serves " + target));
            }
            case "DONE" ->
                failed
                        ? Optional.of(new Verdict(Exit.FAILED, "Failed: " + reason))
                        : Optional.of(new Verdict(
                                Exit.DONE, "DONE: every node serves %s, nothing older is left".formatted(target)));
            case "REFUSED" -> Optional.of(new Verdict(Exit.REFUSED, "REFUSED, nothing was changed: " + reason));
            default -> Optional.of(new Verdict(Exit.FAILED, outcome + ": " + reason));
        };
    }

    static List<JsonNode> held(JsonNode upgrade) {
        return Json.list(upgrade, "nodes").stream()
                .filter(node -> !Json.text(node, "held").isEmpty())
                .toList();
    }
}
