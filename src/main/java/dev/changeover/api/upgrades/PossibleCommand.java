package dev.changeover.api.upgrades;

import dev.changeover.access.Permission;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.Progress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something that can be said to an upgrade.
 *
 * @param permission that callers need for it
 * @param whyNot why the upgrade, as it stands, does not allow it; empty when it does
 */
record PossibleCommand(String command, String permission, String whyNot) {
    static List<PossibleCommand> all(Progress progress, boolean forced) {
        // Where several nodes are held, the caller names one of them.
        var held = progress.held().stream()
                .findFirst()
                .map(node -> node.node().nodeId())
                .orElse(null);
        var asked = new CommandRequest(progress.request().jobId(), held, "", "");
        return Stream.of(Command.values())
                .map(command -> new PossibleCommand(
                        command.word(),
                        permission(command, forced),
                        command.refusedBy(progress, asked).orElse("")))
                .toList();
    }

    /** @param forced whether a campaign waits for its end */
    static String permission(Command command, boolean forced) {
        return switch (command) {
            case RETRY, SKIP, CLOSE_REMAINING -> Permission.OPERATE_UPGRADES;
            case PAUSE, RESUME, STOP -> forced ? Permission.OPERATE_UPGRADES : Permission.MODIFY_PROXY;
            case START_NOW, RESCHEDULE, CANCEL -> Permission.MODIFY_PROXY;
        };
    }
}
