package dev.changeover.upgrade.engine;

import static java.util.Objects.requireNonNull;

import dev.changeover.inventory.Inventory;
import dev.changeover.node.OrderKind;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.task.Instruction;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradeActivities.Signed;
import dev.changeover.upgrade.UpgradeActivities.Wanted;
import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what is signed. Whoever reaches Temporal can start workflows and fake their histories, so nothing counts here
 * that comes from there but which job, node and kind of step is meant: all an order says is taken from the inventory,
 * the catalogue, and what {@link Upgrades}, the one door of the REST interface and of campaigns, wrote into the ledger.
 * Only the one run that was first to work for a job is served.
 */
record OrderAuthority(Inventory inventory, TaskLedger ledger, OrderSigner signer, Clock clock) {
    /**
     * Steps are numbered by the milliseconds since then, and one more for each: in a ledger that was restored they go on
     * above those that agents have seen and would refuse. No job has a step each millisecond, so its numbers are never far
     * ahead of the clock.
     */
    private static final Instant NUMBERED_SINCE = Instant.parse("2026-01-01T00:00:00Z");

    /** Signatures for looks at the nodes of a proxy, which belong to no job: for a caller of the REST interface. */
    List<Signed> looks(String proxyId, UpgradeSettings settings) {
        var good = clock.instant().plus(OrderContent.LOOK);
        var present = signer.asNow();
        return inventory.proxy(proxyId).orElseThrow(() -> new Upgrades.NotRegistered(proxyId)).nodes().stream()
                .map(node -> new Signed(
                        OrderKind.INSPECT,
                        node.id(),
                        present.permit(
                                "", 0, OrderKind.INSPECT, node.id(), good, OrderContent.order(node, settings, 0))))
                .toList();
    }

    /**
     * Lets the run that calls work for its job, if it is the first and says of it what the REST interface wrote down.
     *
     * @throws ApplicationFailure if nobody asked for this, or another run works for the job
     */
    Mandate begin(UpgradeRequest request) {
        var asking = Activity.getExecutionContext().getInfo();
        return ledger.together(() -> {
            // First, because from then on nobody can take back what was asked for, and ask otherwise.
            if (UpgradeWorkflow.idOf(request.proxyId(), request.jobId()).equals(asking.getWorkflowId())) {
                ledger.workFor(request.jobId(), requireNonNull(asking.getRunId()));
            }
            var mandate = mandate(request.jobId());
            if (!mandate.request().equals(request)) {
                throw notInstructed("job %s was asked for otherwise".formatted(request.jobId()));
            }
            refuseOthers(request.jobId());
            return mandate;
        });
    }

    /** @throws ApplicationFailure if the run that calls is not the one that works for the job */
    void refuseOthers(String jobId) {
        var asking = requireNonNull(Activity.getExecutionContext().getInfo().getRunId());
        if (!ledger.runOf(jobId).equals(Optional.of(asking))) {
            throw notInstructed("no upgrade of this run of Temporal is job " + jobId);
        }
    }

    /** @throws ApplicationFailure if the run that calls is not the one that works for the job */
    Mandate asked(String jobId) {
        refuseOthers(jobId);
        return mandate(jobId);
    }

    List<Signed> sign(String jobId, List<Wanted> orders) {
        return sign(OrderContent.of(inventory, asked(jobId)), orders);
    }

    private List<Signed> sign(OrderContent content, List<Wanted> orders) {
        var jobId = content.mandate().request().jobId();
        var step = ledger.steps(jobId, orders.size(), clock.millis() - NUMBERED_SINCE.toEpochMilli());
        var present = signer.asNow();
        var signed = new ArrayList<Signed>();
        for (var wanted : orders) {
            signed.add(sign(content, wanted, step++, present));
        }
        return signed;
    }

    private Signed sign(OrderContent content, Wanted wanted, long step, OrderSigner present) {
        var mandate = content.mandate();
        var request = mandate.request();
        var now = clock.instant();
        mandate.against(wanted.kind(), wanted.closing(), now).ifPresent(reason -> {
            throw notInstructed("job %s: %s".formatted(request.jobId(), reason));
        });
        var node = content.node(wanted.nodeId())
                .orElseThrow(() -> ApplicationFailure.newNonRetryableFailure(
                        "node %s is none of proxy %s, which job %s is for"
                                .formatted(wanted.nodeId(), request.proxyId(), request.jobId()),
                        UpgradeActivities.NODE_GONE));
        var permit = present.permit(
                request.jobId(),
                step,
                wanted.kind(),
                node.id(),
                now.plus(OrderContent.goodFor(wanted, request.settings())),
                content.order(wanted, node, now));
        return new Signed(wanted.kind(), node.id(), permit);
    }

    private Mandate mandate(String jobId) {
        return Mandate.of(ledger.instructions(jobId))
                .orElseThrow(() -> notInstructed("nobody asked the control plane for job " + jobId));
    }

    static ApplicationFailure notInstructed(String message) {
        return ApplicationFailure.newNonRetryableFailure(message, UpgradeActivities.NOT_INSTRUCTED);
    }

    /**
     * What the interface writes down before Temporal hears of it. A job that was asked for before and never began is
     * asked for as it is wanted now: a campaign's may have another time by then, or another target.
     *
     * @return what counts
     * @throws Upgrades.TemporalUnavailable if it begins at this moment as it was asked for before
     */
    UpgradeRequest instruct(UpgradeRequest request) {
        var window = inventory
                .instance(request.instanceId())
                .orElseThrow(() -> new Upgrades.NotRegistered(request.proxyId()))
                .window();
        var instruction = Mandate.instruction(request, window, clock.instant());
        var counts = instructed(instruction);
        if (!counts.isOutdatedBy(request)) {
            return counts;
        }
        if (!ledger.retract(request.jobId())) {
            throw new Upgrades.TemporalUnavailable(
                    "job %s begins at this moment, as it was asked for before".formatted(request.jobId()), null);
        }
        return instructed(instruction);
    }

    /** With a key, an earlier call may have come as far as this. */
    private UpgradeRequest instructed(Instruction instruction) {
        ledger.instruct(instruction);
        return Mandate.of(ledger.instructions(instruction.jobId()))
                .orElseThrow()
                .request();
    }

    /** Gives what to send. */
    CommandRequest instruct(Command command, CommandRequest order) {
        ledger.instruct(Mandate.instruction(command, order, clock.instant()));
        return order.signed(signer.command(command.word(), order));
    }

    /** The key with which commands are signed. */
    String key() {
        return signer.key();
    }

    /** The upgrade has answered: what it did not allow counts as never asked. */
    void answered(CommandRequest order, boolean noted) {
        if (noted) {
            ledger.noted(order.id(), clock.instant());
        } else {
            ledger.withdraw(order.id());
        }
    }

    /** What is refused here is asked for again when it is needed, and then holds. */
    List<Signed> ahead(OrderContent content, List<Wanted> wanted) {
        try {
            return wanted.isEmpty() ? List.of() : sign(content, wanted);
        } catch (ApplicationFailure notNow) {
            return List.of();
        }
    }
}
