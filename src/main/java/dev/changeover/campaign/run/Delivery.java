package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.plan.CampaignPlanner;
import dev.changeover.contact.Contacts;
import dev.changeover.inventory.Inventory;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.UpgradeAdvice;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.window.Opening;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives members their tasks in the Task Center. Every member may be delivered twice. */
@Singleton
record Delivery(
        CampaignStore store,
        Openings openings,
        MemberChanges changes,
        Contacts contacts,
        Inventory inventory,
        TaskLedger ledger,
        Upgrades upgrades) {
    /**
     * Makes the member's task for its planned opening, or finds out why there is none.
     *
     * @return the member as it is then
     */
    Member deliver(Campaign campaign, Member member) {
        return deliver(campaign, member, null);
    }

    /**
     * The same for the opening that its owner wants.
     *
     * @throws Refused if it is too short
     */
    Member deliver(Campaign campaign, Member member, @Nullable Opening chosen) {
        var proxy = inventory.proxy(member.proxyId());
        if (proxy.isEmpty()) {
            return changes.becomes(campaign, member, State.CANCELLED, "it is not registered any more");
        }
        var runs = proxy.get().nodes().stream().anyMatch(node -> node.version().equals(campaign.version()));
        if (!runs) {
            return changes.becomes(
                    campaign,
                    member,
                    State.DONE,
                    "it runs %s".formatted(proxy.get().version()));
        }
        var made = made(campaign, member);
        if (made.isPresent()) return made.get();
        var own = ledger.proxyClaimant(member.proxyId()).flatMap(ledger::task);
        if (own.isPresent()) return leftTo(campaign, member, own.get());
        var advice = upgrades.advice(member.proxyId());
        var blockers = Check.failed(advice.checks());
        if (!blockers.isEmpty()) {
            return changes.becomes(campaign, member, State.NEEDS_OPERATOR, Check.sentences(blockers));
        }
        if (chosen != null) {
            Openings.requireRoom(chosen, advice);
            return schedule(campaign, member.at(chosen), "its owner chose another time", advice);
        }
        if (contacts.toTell(member.projectId(), member.instanceId()).isEmpty()) {
            return changes.becomes(campaign, member, State.NEEDS_OPERATOR, CampaignPlanner.NOBODY);
        }
        return openings.opening(campaign, member, advice)
                .map(slot -> schedule(campaign, member.at(slot), whyMoved(member), advice))
                .orElseGet(() -> changes.becomes(
                        campaign, member, State.NEEDS_OPERATOR, "no opening of its window is as long as a node takes"));
    }

    /** The member with its task, if that is there, whatever failed afterwards. */
    Optional<Member> made(Campaign campaign, Member member) {
        return ledger.task(jobId(member)).map(task -> isMade(campaign, member, task));
    }

    private String whyMoved(Member member) {
        if (member.state() == State.INQUIRING) {
            return "no other time was chosen until the deadline";
        }
        return openings.isInWindow(member)
                ? "its wave begins later than was expected"
                : "its maintenance window was changed";
    }

    /** A server that was killed had made the task, and could not say so any more. */
    private Member isMade(Campaign campaign, Member member, Task task) {
        return task.outcome() == null
                ? changes.becomes(campaign, member.with(task.jobId()), State.DELIVERED, "")
                : changes.becomes(campaign, member.again(false), State.NEEDS_OPERATOR, task.failReason());
    }

    /** Its owner's own upgrade does it, unless it waits after the deadline: that is cancelled, and its end gives the member back. */
    private Member leftTo(Campaign campaign, Member member, Task own) {
        if (waits(own) && openings.isLate(campaign) && !isCancelled(campaign, own)) {
            return changes.becomes(
                    campaign,
                    member.state() == State.OWN ? member.again(false) : member,
                    State.NEEDS_OPERATOR,
                    "its owner's own upgrade, job %s, waits after the deadline".formatted(own.jobId()));
        }
        var when = Openings.planned(own).map(member::at).orElse(member);
        var its = changes.becomes(campaign, when.with(own.jobId()), State.OWN, own(own));
        return unlessEnded(campaign, its, own.jobId());
    }

    private static boolean waits(Task task) {
        return task.outcome() == null
                && (task.status() == Task.Status.PENDING || task.state().equals("PAUSED"));
    }

    /** Also true where it waits no more. One that is paused after its first handover cannot be cancelled. */
    private boolean isCancelled(Campaign campaign, Task own) {
        var why = "it waits after the deadline, %s, of campaign %s, which upgrades the proxy now"
                .formatted(campaign.deadline(), campaign.id());
        return upgrades.command(own.jobId(), Command.CANCEL, null, why, "campaign " + campaign.id())
                        .noted()
                || ledger.task(own.jobId()).filter(Delivery::waits).isEmpty();
    }

    /** It may have ended before its member could hear of it. */
    private Member unlessEnded(Campaign campaign, Member member, String job) {
        return ledger.task(job)
                .filter(task -> task.outcome() != null && member.state() == State.OWN)
                .map(task -> {
                    var why = "its owner's own upgrade ended: " + task.outcome();
                    return openings.isLate(campaign)
                            ? changes.becomes(
                                    campaign, member.again(false).at(openings.next(member)), State.INQUIRING, why)
                            : changes.becomes(campaign, member.again(false), State.PLANNED, why);
                })
                .orElse(member);
    }

    private static String own(Task task) {
        return "job %s, asked for by %s, upgrades it to %s"
                .formatted(task.jobId(), task.requester(), task.targetVersion());
    }

    /** The job that its next task will be. */
    static String jobId(Member member) {
        return Submission.jobId(member.projectId(), member.key());
    }

    private static Submission submission(Campaign campaign, Member member, UpgradeAdvice advice, boolean scheduled) {
        return new Submission(
                member.projectId(),
                member.instanceId(),
                member.proxyId(),
                advice.current(),
                advice.target().orElse(campaign.target()),
                scheduled,
                member.key(),
                member.key(),
                "campaign " + member.campaignId(),
                false,
                scheduled ? member.opening() : null);
    }

    private Member schedule(Campaign campaign, Member member, String moved, UpgradeAdvice advice) {
        var submission = submission(campaign, member, advice, true);
        // Before its first event, which is to find its member.
        var named = changes.isPlanned(campaign, member.with(jobId(member)), moved);
        return named.state() == State.PLANNED ? submit(campaign, named, submission, State.DELIVERED) : named;
    }

    /** Makes its task at once, without a window; its place is {@linkplain BudgetGate#reserve reserved}. */
    Member deliverNow(Campaign campaign, Member member) {
        var submission = submission(campaign, member, upgrades.advice(member.proxyId()), false);
        return submit(campaign, member, submission, null);
    }

    /** @param then its state with a task that waits; null where its task has begun */
    private Member submit(Campaign campaign, Member member, Submission submission, @Nullable State then) {
        return switch (upgrades.submit(submission)) {
            case Admission.Admitted admitted ->
                then == null
                        ? store.member(member.id()).orElseThrow()
                        : unlessOver(changes.becomes(campaign, member, then, ""), jobId(member));
            case Admission.Refused refused ->
                changes.becomes(
                        campaign, member.again(false), State.NEEDS_OPERATOR, Check.sentences(refused.blockers()));
        };
    }

    /** The campaign was halted while the task was made: nobody else would take it back. */
    private Member unlessOver(Member member, String job) {
        if (member.state() == State.CANCELLED) {
            upgrades.command(job, Command.CANCEL, null, member.reason(), "campaign " + member.campaignId());
        }
        return member;
    }

    /** Takes back what was asked of a task that was not made: no run of Temporal will work for it any more. */
    boolean takesBack(String jobId) {
        return ledger.retract(jobId);
    }
}
