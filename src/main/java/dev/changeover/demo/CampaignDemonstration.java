package dev.changeover.demo;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.Wish;
import dev.changeover.campaign.run.Campaigns;
import dev.changeover.campaign.run.Campaigns.Order;
import dev.changeover.campaign.run.PlannedEvents;
import dev.changeover.database.Sql;
import dev.changeover.notify.Delivery.Status;
import dev.changeover.notify.Notice.Kind;
import dev.changeover.notify.NoticeList;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A campaign, from the version that turns out to be bad to the last mail:
 *
 * <ol>
 *   <li>Five proxies of two nodes, of two projects with three contacts; a control plane; a mail server that keeps all.
 *   <li>Their version becomes DEFECTIVE; an operator plans a campaign in three waves, and starts it.
 *   <li>Owners are told; one of them does not wait.
 *   <li>Wave by wave every proxy leaves the version, under short connections all the time.
 * </ol>
 */
public final class CampaignDemonstration {
    private static final Duration LONGEST = Duration.ofMinutes(6);
    private static final Duration LOOK = Duration.ofMillis(300);
    private static final int PER_SECOND = 100;
    private static final List<String> PROJECTS = List.of("shop", "bank");

    /** Of the owner who does not wait. */
    private static final String EAGER = "cards";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private final DemoStage stage;
    private final Screen screen;
    private final Clock clock = Clock.systemUTC();

    public CampaignDemonstration(DemoStage stage) {
        this.stage = stage;
        this.screen = stage.screen();
    }

    /**
     * Runs it.
     *
     * @param mails the directory that every mail is written to, as a page for a browser
     * @param keep whether everything stays up, to be looked at, until it is interrupted
     * @return the process's exit code: 0 when every proxy has left the version, every contact was told of each, and no
     *     connection failed
     */
    public int run(Path mails, boolean keep) throws IOException, InterruptedException {
        try (var database = Database.ofThisHost();
                var nodes = DemoNodes.ofThisHost(stage.directory(), database, DemoFleet.NODES_OF_FIVE);
                var catcher = new MailCatcher(mails);
                var product = stage.start(DemoScript.campaigns(catcher.port()))) {
            stage.introduce(database, nodes, product, keep);
            stage.say("proxies", "five, of two nodes each");
            stage.say("clients", "%d short connections a second, to all nodes".formatted(PER_SECOND));
            stage.say(
                    "contacts",
                    "Shop team: orders, catalogue, search; Bank on call: ledger, cards; Cards team: cards\n");
            DemoFleet.registerFive(product.inventory(), nodes, clock.instant());
            // So it is known that an agent answers for every node.
            DemoFleet.FIVE.forEach(instance -> product.upgrades().plan(instance + "-proxy"));
            try (var clients = ShortConnections.start(nodes.addresses(), database.app(), PER_SECOND)) {
                var good = watch(product, catcher, started(product, nodes));
                clients.close();
                var traffic = clients.total();
                stage.say("connections", "%,d made, %,d failed".formatted(traffic.connections(), traffic.failed()));
                stage.say("mails", "%d, each a page for a browser in %s".formatted(catcher.count(), mails));
                if (keep) {
                    stage.stayUp(product);
                }
                return good && traffic.failed() == 0 ? 0 : 1;
            }
        }
    }

    /** The version becomes DEFECTIVE, for which the server would plan a campaign of the usual waves: here they are fewer. */
    private String started(ControlPlaneHandle product, DemoNodes nodes) {
        var version = nodes.older().version();
        var campaigns = product.part(Campaigns.class);
        var id = new String[1];
        product.part(Sql.class).together(() -> {
            DemoFleet.makeDefective(product.inventory(), nodes);
            id[0] = campaigns
                    .create(new Wish(
                            nodes.engine(), version.toString(), null, null, DemoScript.waves(), null, "an operator"))
                    .id();
        });
        tell(version + " is DEFECTIVE: a campaign is planned; owners know nothing of it yet");
        members(product, id[0]).forEach(member -> tell(member, "would begin at " + at(member.executeAt())));
        campaigns.say(Order.START, id[0], "demonstration");
        tell("an operator starts it: nothing begins before the owners have had their time, here %d s"
                .formatted(DemoScript.waves().leadTime().toSeconds()));
        return id[0];
    }

    /** Until the campaign is over and every contact knows. */
    private boolean watch(ControlPlaneHandle product, MailCatcher catcher, String id)
            throws IOException, InterruptedException {
        var campaigns = product.part(Campaigns.class);
        var states = new HashMap<String, Member.State>();
        members(product, id).forEach(member -> states.put(member.id(), member.state()));
        var deadline = clock.instant().plus(LONGEST);
        while (true) {
            var campaign = campaigns.campaign(id);
            // Asked before the mails are read, so that none is left.
            var over = campaign.state().isOver() && isToldOfAll(product);
            var isFirst = catcher.count() == 0;
            for (var mail : catcher.fresh()) {
                tell("mail to %s: %s".formatted(mail.to(), mail.subject()));
                mail.upgrades().forEach(upgrade -> screen.say(" ".repeat(13) + upgrade));
            }
            if (isFirst && catcher.count() > 0) {
                doesNotWait(product, id);
            }
            members(product, id).stream()
                    .filter(member -> member.state() != states.put(member.id(), member.state()))
                    .forEach(member -> tell(member, words(member, campaign)));
            if (over) {
                return result(product, campaign);
            }
            if (clock.instant().isAfter(deadline)) {
                throw new IOException("the campaign is still %s: %s".formatted(campaign.state(), campaign.note()));
            }
            stage.pause(LOOK, "the campaign was " + campaign.state());
        }
    }

    /** As the first button of the mail does it, and {@code changeover event now}. */
    private void doesNotWait(ControlPlaneHandle product, String id) {
        var member = members(product, id).stream()
                .filter(it -> it.instanceId().equals(EAGER))
                .findFirst()
                .orElseThrow();
        tell("the owner of %s does not wait: now".formatted(member.proxyName()));
        try {
            product.part(PlannedEvents.class).execute(member.id(), "its owner");
        } catch (Refused refused) {
            tell(member, "not now: " + refused.sentence());
        }
    }

    private boolean isToldOfAll(ControlPlaneHandle product) {
        var told = PROJECTS.stream()
                .flatMap(
                        project -> product.part(NoticeList.class).page(project, null, null, 0, 1000).notices().stream())
                .toList();
        return told.stream()
                                .filter(line -> line.told().notice().kind() == Kind.DONE)
                                .count()
                        >= DemoFleet.FIVE.size()
                && told.stream()
                        .allMatch(line -> !line.deliveries().isEmpty()
                                && line.deliveries().stream().allMatch(it -> it.status() == Status.SENT));
    }

    private boolean result(ControlPlaneHandle product, Campaign campaign) {
        screen.close();
        stage.say("\ncampaign    ", "%s: %s".formatted(campaign.state(), campaign.note()));
        var members = members(product, campaign.id());
        members.forEach(member -> stage.say(
                "wave " + member.stage(),
                "%-16s %s to %s, from %s to %s"
                        .formatted(
                                member.proxyName(),
                                campaign.version(),
                                product.inventory()
                                        .proxy(member.proxyId())
                                        .orElseThrow()
                                        .version(),
                                at(member.begunAt()),
                                at(member.endedAt()))));
        return campaign.state() == Campaign.State.DONE
                && members.stream().allMatch(member -> member.state() == Member.State.DONE);
    }

    private static String words(Member member, Campaign campaign) {
        return switch (member.state()) {
            case PLANNED -> "would begin at " + at(member.executeAt());
            case NEEDS_OPERATOR -> "needs an operator: " + member.reason();
            case INQUIRING, CANCELLED -> "is cancelled: " + member.reason();
            case DELIVERED -> "has its task in the Task Center, for " + at(member.executeAt());
            case RUNNING -> "is upgraded, node by node";
            case HELD -> "is held: " + member.reason();
            case OWN -> "is upgraded by its owner";
            case DONE -> "serves " + campaign.target();
            case FAILED -> "has failed: " + member.reason();
        };
    }

    private static List<Member> members(ControlPlaneHandle product, String id) {
        return product.part(Campaigns.class).members(id, null, null, 0, 100);
    }

    private static String at(@Nullable Instant at) {
        return at == null ? "an unknown time" : TIME.format(at);
    }

    private void tell(Member member, String what) {
        tell("wave %d, %s %s".formatted(member.stage(), member.proxyName(), what));
    }

    private void tell(String what) {
        screen.say("%s UTC %s".formatted(TIME.format(clock.instant()), what));
    }
}
