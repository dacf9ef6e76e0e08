package dev.changeover.upgrade.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.changeover.node.OrderKind;
import dev.changeover.task.Instruction;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.window.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What callers of the REST interface asked of one upgrade, and so all that its agents may be ordered. Pure decisions.
 *
 * @param window in which a scheduled upgrade works, unless it was rescheduled since
 */
record Mandate(UpgradeRequest request, String window, List<Given> commands) {
    /** A command is written down before it is sent: for so long the upgrade may not have heard it. */
    private static final Duration ON_ITS_WAY = Duration.ofMinutes(1);

    /** The clocks of Temporal and of this server need not agree to the second on when a window opens. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    private static final Set<OrderKind> BROKEN_OFF_BY_PAUSE =
            EnumSet.of(OrderKind.HAND_OVER, OrderKind.RETIRE, OrderKind.CLOSE);

    Mandate {
        commands = List.copyOf(commands);
    }

    /** A command as it was given. */
    record Given(Command command, CommandRequest order, Instant at) {}

    /** The content of the instruction that begins a job. */
    private record Begin(UpgradeRequest request, String window) {}

    static Instruction instruction(UpgradeRequest request, MaintenanceWindow window, Instant now) {
        var content = UpgradeRecords.toJson(new Begin(request, window.toString()));
        return new Instruction(
                request.jobId(), request.jobId(), Instruction.UPGRADE, content, request.requester(), now);
    }

    static Instruction instruction(Command command, CommandRequest order, Instant now) {
        return new Instruction(
                order.id(), order.jobId(), command.word(), UpgradeRecords.toJson(order), order.actor(), now);
    }

    /** Empty when nobody asked for the job. */
    static Optional<Mandate> of(List<Instruction> instructions) {
        return instructions.stream()
                .filter(each -> each.command().equals(Instruction.UPGRADE))
                .findFirst()
                .map(each -> {
                    var begin = read(each, Begin.class);
                    return new Mandate(
                            begin.request(),
                            begin.window(),
                            instructions.stream()
                                    .filter(other -> !other.command().equals(Instruction.UPGRADE))
                                    .map(other -> new Given(
                                            Command.of(other.command()), read(other, CommandRequest.class), other.at()))
                                    .toList());
                });
    }

    private static <T> T read(Instruction instruction, Class<T> type) {
        try {
            return UpgradeRecords.JSON.readValue(instruction.content(), type);
        } catch (JsonProcessingException strange) {
            throw new IllegalStateException("the ledger holds an instruction that this version cannot read", strange);
        }
    }

    /** The window that counts now. */
    MaintenanceWindow windowNow() {
        var schedule = last(Command.RESCHEDULE);
        return MaintenanceWindow.of(
                schedule == null || schedule.order().schedule() == null
                        ? window
                        : schedule.order().schedule().window());
    }

    /** Why no order of this kind is due; empty when it is. */
    Optional<String> against(OrderKind kind, CommandRequest.@Nullable Closing closing, Instant now) {
        var paused = pausedSince();
        if (paused != null
                && BROKEN_OFF_BY_PAUSE.contains(kind)
                && paused.plus(ON_ITS_WAY).isBefore(now)) {
            return Optional.of("it was paused at %s, and nobody said resume".formatted(paused));
        }
        return switch (kind) {
            case HAND_OVER -> isOpen(now) ? Optional.empty() : Optional.of("its maintenance window is not open");
            case CLOSE ->
                commands.stream()
                                .anyMatch(given -> given.command() == Command.CLOSE_REMAINING
                                        && closing != null
                                        && given.order().closings().contains(closing))
                        ? Optional.empty()
                        : Optional.of("nobody ordered these sessions to be closed");
            case INSPECT, STAGE, WATCH, RETIRE, VERIFY -> Optional.empty();
        };
    }

    /** One that was rescheduled a moment ago may not have heard it, or not allow it: then the window of before counts too. */
    private boolean isOpen(Instant now) {
        if (!request.scheduled() || last(Command.START_NOW) != null) {
            return true;
        }
        var open = isOpen(MaintenanceWindow.of(window), Instant.MIN, now);
        for (var given : commands) {
            var schedule = given.order().schedule();
            if (given.command() == Command.RESCHEDULE && schedule != null) {
                var isHeard = given.at().plus(ON_ITS_WAY).isBefore(now);
                open = open && !isHeard
                        || isOpen(
                                MaintenanceWindow.of(schedule.window()),
                                schedule.opening().opens(),
                                now);
            }
        }
        return open;
    }

    private static boolean isOpen(MaintenanceWindow window, Instant notBefore, Instant now) {
        return !now.plus(CLOCKS).isBefore(notBefore)
                && (window.isOpen(now) || window.isOpen(now.plus(CLOCKS)) || window.isOpen(now.minus(CLOCKS)));
    }

    private @Nullable Instant pausedSince() {
        return commands.stream()
                .filter(given -> given.command() == Command.PAUSE || given.command() == Command.RESUME)
                .reduce((earlier, later) -> later)
                .filter(given -> given.command() == Command.PAUSE)
                .map(Given::at)
                .orElse(null);
    }

    private @Nullable Given last(Command command) {
        return commands.stream()
                .filter(given -> given.command() == command)
                .reduce((earlier, later) -> later)
                .orElse(null);
    }
}
