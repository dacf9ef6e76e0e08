package dev.changeover.upgrade.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.changeover.node.OrderKind;
import dev.changeover.task.Instruction;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.window.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What callers of the REST interface asked of one upgrade, and so all that its agents may be ordered. Pure decisions.
 *
 * @param window in which a scheduled upgrade works, unless it was rescheduled since
 */
record Mandate(UpgradeRequest request, String window, List<Given> commands) {
    /** An order that was asked for before the upgrade noted a command may be signed so long after it. */
    private static final Duration ON_ITS_WAY = Duration.ofMinutes(1);

    /** The clocks of Temporal and of this server need not agree to the second on when a window opens. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    private static final Set<OrderKind> BROKEN_OFF_BY_PAUSE =
            EnumSet.of(OrderKind.HAND_OVER, OrderKind.RETIRE, OrderKind.CLOSE);

    Mandate {
        commands = List.copyOf(commands);
    }

    /**
     * A command as it was given. What it allows counts at once, because it is written down before it is sent; what it
     * forbids counts when the upgrade has noted it: one that never arrived holds nothing up.
     */
    record Given(
            Command command, CommandRequest order, @Nullable Instant notedAt) {
        private boolean forbids(Instant now) {
            return notedAt != null && notedAt.plus(ON_ITS_WAY).isBefore(now);
        }
    }

    /** The content of the instruction that begins a job. */
    private record Begin(UpgradeRequest request, String window) {}

    static Instruction instruction(UpgradeRequest request, MaintenanceWindow window, Instant now) {
        var content = UpgradeRecords.toJson(new Begin(request, window.toString()));
        return new Instruction(
                request.jobId(), request.jobId(), Instruction.UPGRADE, content, request.requester(), now, null);
    }

    static Instruction instruction(Command command, CommandRequest order, Instant now) {
        return new Instruction(
                order.id(), order.jobId(), command.word(), UpgradeRecords.toJson(order), order.actor(), now, null);
    }

    /** Empty when nobody asked for the job, or an operator ended it because it was lost. */
    static Optional<Mandate> of(List<Instruction> instructions) {
        if (wasLost(instructions)) return Optional.empty();
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
                                            Command.of(other.command()),
                                            read(other, CommandRequest.class),
                                            other.notedAt()))
                                    .toList());
                });
    }

    static boolean wasLost(List<Instruction> instructions) {
        return instructions.stream().anyMatch(each -> each.command().equals(Instruction.LOST));
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
        return MaintenanceWindow.of(commands.stream()
                .filter(given -> given.command() == Command.RESCHEDULE)
                .flatMap(given -> Stream.ofNullable(given.order().schedule()))
                .reduce((earlier, later) -> later)
                .map(Schedule::window)
                .orElse(window));
    }

    /** Why no order of this kind is due; empty when it is. */
    Optional<String> against(OrderKind kind, CommandRequest.@Nullable Closing closing, Instant now) {
        var paused = pause().filter(given -> BROKEN_OFF_BY_PAUSE.contains(kind) && given.forbids(now));
        if (paused.isPresent()) {
            return Optional.of("it was paused at %s, and nobody said resume"
                    .formatted(paused.get().notedAt()));
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

    /** One that has not noted its other time, or did so a moment ago, may begin in the window of before too. */
    private boolean isOpen(Instant now) {
        if (!request.scheduled() || commands.stream().anyMatch(given -> given.command() == Command.START_NOW)) {
            return true;
        }
        var open = isOpen(MaintenanceWindow.of(window), Instant.MIN, now);
        for (var given : commands) {
            var schedule = given.order().schedule();
            if (given.command() == Command.RESCHEDULE && schedule != null) {
                open = open && !given.forbids(now)
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

    /** The noted one that nobody wanted to end since. */
    private Optional<Given> pause() {
        return commands.stream()
                .filter(given -> given.command() == Command.RESUME
                        || given.command() == Command.PAUSE && given.notedAt() != null)
                .reduce((earlier, later) -> later)
                .filter(given -> given.command() == Command.PAUSE);
    }
}
