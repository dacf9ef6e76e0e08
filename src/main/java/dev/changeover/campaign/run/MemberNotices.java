package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.notify.Notice;
import dev.changeover.notify.Notices;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Objects;

/** What the contacts of members are told; always in the transaction of what it tells. */
@Singleton
record MemberNotices(Notices notices, CampaignStore store) {
    /** A started campaign has planned it. */
    void planned(Campaign campaign, Member member, Instant now) {
        switch (member.state()) {
            case PLANNED -> tell(campaign, member, Notice.Kind.PLANNED, campaign.reason(), now);
            case NEEDS_OPERATOR -> tell(campaign, member, Notice.Kind.NEEDS_OPERATOR, member.reason(), now);
            default -> {}
        }
    }

    /**
     * What became of it is news, if the upgrade's own events do not tell it.
     *
     * @param moved why it is planned for another time
     */
    void changed(Campaign campaign, Member before, Member after, String moved, Instant now) {
        if (after.state() == State.NEEDS_OPERATOR) {
            needsOperator(campaign, after, now);
        } else if (after.state() == State.PLANNED && before.executeAt() == null) {
            tell(campaign, after, Notice.Kind.PLANNED, campaign.reason(), now);
        } else if (after.state() == State.PLANNED
                && (before.state() == State.INQUIRING || !Objects.equals(before.executeAt(), after.executeAt()))) {
            tell(campaign, after, Notice.Kind.RESCHEDULED, moved, now);
        } else if ((after.state() == State.CANCELLED || after.state() == State.INQUIRING) && before.jobId() == null) {
            tell(campaign, before, Notice.Kind.CANCELLED, after.reason(), now);
        }
    }

    /** Told again only if something else was told since. */
    void needsOperator(Campaign campaign, Member member, Instant now) {
        if (!notices.isNewest(member.id(), Notice.Kind.NEEDS_OPERATOR, member.reason())) {
            tell(campaign, member, Notice.Kind.NEEDS_OPERATOR, member.reason(), now);
        }
    }

    /** Its campaign is over, and its task's own events do not tell that it came to nothing. */
    void cancelled(Campaign campaign, Member member, Instant now) {
        tell(campaign, member, Notice.Kind.CANCELLED, member.reason(), now);
    }

    /** A started campaign ends, and with it what has no task yet; call it before that is written. */
    void halted(Campaign campaign, Instant now) {
        if (campaign.startedAt() != null) {
            notices.tellAll(store.undelivered(campaign.id()).stream()
                    .filter(member -> member.state() != State.OWN)
                    .map(member -> notice(campaign, member, Notice.Kind.CANCELLED, campaign.note(), now))
                    .toList());
        }
    }

    private void tell(Campaign campaign, Member member, Notice.Kind kind, String reason, Instant now) {
        notices.tell(notice(campaign, member, kind, reason, now));
    }

    private static Notice notice(Campaign campaign, Member member, Notice.Kind kind, String reason, Instant now) {
        return new Notice(
                "campaign:%s:%s:%d:%d".formatted(member.id(), kind, member.attempt(), now.toEpochMilli()),
                kind,
                Notice.Level.valueOf(campaign.level().name()),
                member.projectId(),
                member.instanceId(),
                member.proxyId(),
                member.jobId(),
                campaign.id(),
                member.id(),
                campaign.version(),
                campaign.target(),
                member.executeAt(),
                campaign.deadline(),
                reason,
                now);
    }
}
