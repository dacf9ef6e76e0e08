package dev.changeover.campaign.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.campaign.Amount;
import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.EventList;
import dev.changeover.campaign.Level;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.campaign.Plan;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.WaveCounts;
import dev.changeover.campaign.Wish;
import dev.changeover.contact.Contact;
import dev.changeover.contact.Contacts;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Inventory.ContactList;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Kernel.Lifecycle;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.inventory.Ring;
import dev.changeover.inventory.Rings;
import dev.changeover.task.Instruction;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskSample;
import dev.changeover.telemetry.LogLines;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.Estimate;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.upgrade.workflow.Requests;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Plans, budgets and owners' rights on every database; no Temporal has a part in them (REQUIREMENTS S8 to S10). */
abstract class CampaignContract {
    private static final KernelVersion OLD = KernelVersion.of("2.6.12.3");
    private static final KernelVersion NEW = KernelVersion.of("2.6.12.4");
    private static final int PROXIES = 20;

    private ApplicationContext context;
    private Campaigns campaigns;
    private CampaignStore store;
    private BudgetGate gate;
    private Sql sql;

    abstract ApplicationContext database();

    @BeforeEach
    void open() {
        context = database();
        campaigns = context.getBean(Campaigns.class);
        store = context.getBean(CampaignStore.class);
        gate = context.getBean(BudgetGate.class);
        sql = context.getBean(Sql.class);
        register();
        lifecycle(Lifecycle.DEFECTIVE, null);
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void early_rings_are_in_the_first_wave_and_late_ones_in_the_last() {
        var rings = context.getBean(Rings.class);
        rings.choose("in-7", Ring.EARLY);
        rings.choose("in-3", Ring.LATE);

        var plan = campaigns.plan(wish(strategy(5, 5, 100, "50%", "1", "50%", "rest")));

        assertThat(plan.waves()).extracting(Plan.Wave::members).containsExactly(1, 10, 9);
        assertThat(member(plan, "px-7").stage()).isEqualTo(1);
        assertThat(member(plan, "px-3").stage()).isEqualTo(3);
        assertThat(member(plan, "px-3").position()).isEqualTo(8);
    }

    /** REQUIREMENTS S10. */
    @Test
    void slots_are_in_the_window_after_the_lead_time_and_no_two_of_a_wave_meet() {
        var plan = campaigns.plan(wish(strategy(5, 5, 100, "50%", "rest")));

        assertThat(plan.members()).allSatisfy(member -> {
            var at = requireNonNull(member.executeAt());
            assertThat(at).isAfterOrEqualTo(Instant.now().plus(Duration.ofHours(71)));
            assertThat(at.atZone(ZoneOffset.UTC).getHour()).isBetween(2, 5);
        });
        assertThat(plan.members()).extracting(Member::executeAt).doesNotHaveDuplicates();
    }

    @Test
    void a_proxy_without_an_agent_needs_an_operator_and_says_why() {
        sql.change("update node set observed_at = null where proxy_id = 'px-4'");

        var member = member(campaigns.plan(wish(null)), "px-4");

        assertThat(member.state()).isEqualTo(State.NEEDS_OPERATOR);
        assertThat(member.reason()).isEqualTo("no agent has ever answered for 2 of its 2 nodes");
    }

    /** REQUIREMENTS S9: nobody to tell is visible. */
    @Test
    void a_proxy_that_nobody_can_be_told_of_needs_an_operator_until_it_has_a_contact() {
        sql.change("delete from contact where project_id = 'p-1'");

        var plan = campaigns.plan(wish(null));

        assertThat(member(plan, "px-2").state()).isEqualTo(State.PLANNED);
        assertThat(member(plan, "px-1").state()).isEqualTo(State.NEEDS_OPERATOR);
        assertThat(member(plan, "px-1").reason())
                .isEqualTo("nobody can be told of it: neither its instance nor its project has a contact");
        context.getBean(Contacts.class)
                .put(Contact.of("p-1", "in-1", "anna", "anna@example.com", null, null, null, null));
        assertThat(member(campaigns.plan(wish(null)), "px-1").state()).isEqualTo(State.PLANNED);
    }

    @Test
    void a_version_below_the_engines_minimum_is_left_by_an_operators_hand() {
        var ancient = KernelVersion.of("1.8.0.1");
        context.getBean(Inventory.class).register(List.of(kernel(ancient, Lifecycle.DEFECTIVE, null)));
        sql.change("update node set version = ? where proxy_id = 'px-5'", ancient);

        var plan = campaigns.plan(new Wish("haproxy", ancient.toString(), null, null, null, null, "anna"));

        assertThat(plan.members()).singleElement().satisfies(member -> {
            assertThat(member.state()).isEqualTo(State.NEEDS_OPERATOR);
            assertThat(member.reason()).contains("is below the engine's minimum");
        });
        assertThat(plan.waves()).extracting(Plan.Wave::needsOperator).containsExactly(1);
    }

    @Test
    void a_proxy_whose_nodes_take_longer_than_its_window_is_open_needs_an_operator() {
        sql.change("update instance set maintenance_window = '02:00-03:00 UTC' where id = 'in-6'");
        sql.change("""
                        insert into task (job_id, project_id, instance_id, instance_name, proxy_id, proxy_name, kind, status,
                            progress, source_version, target_version, phase, outcome, fail_reason, code, requester,
                            fingerprint, created_at, snapshot)
                        values ('slow', 'p-0', 'in-6', 'in', 'px-6', 'proxy', 'INSTANT', 'COMPLETED', 100, '1.0.0.0',
                            '2.0.0.0', 'ENDED', 'DONE', '', '', '', '', ?, '{}')
                        """, Instant.EPOCH);
        context.getBean(TaskLedger.class)
                .handedOver(
                        new TaskLedger.Handover("slow", "px-6", "px-6-PRIMARY", Instant.EPOCH, Duration.ofMinutes(70)));

        var member = member(campaigns.plan(wish(null)), "px-6");

        assertThat(member.state()).isEqualTo(State.NEEDS_OPERATOR);
        assertThat(member.reason()).startsWith("no opening of ").contains("is as long as a node takes, 7");

        var ledger = context.getBean(TaskLedger.class);
        IntStream.rangeClosed(1, Estimate.HANDOVERS)
                .mapToObj(number -> new TaskLedger.Handover(
                        "slow", "px-6", "since-" + number, Instant.EPOCH.plusSeconds(number), Duration.ofMinutes(7)))
                .forEach(ledger::handedOver);

        assertThat(member(campaigns.plan(wish(null)), "px-6").state())
                .describedAs("it was quick as often as an estimate looks back")
                .isNotEqualTo(State.NEEDS_OPERATOR);
    }

    @Test
    void a_proxy_that_is_registered_later_joins_the_last_wave_with_its_own_lead_time() {
        var campaign = started(strategy(100, 100, 100, "10%", "1", "rest"));
        var node = node("px-late", Node.Role.PRIMARY);
        var proxy = new Proxy(
                "px-late",
                "in-0",
                "late",
                "127.0.0.1",
                3306,
                Proxy.Mode.HA,
                "haproxy",
                Proxy.Status.NORMAL,
                List.of(node, node("px-late", Node.Role.STANDBY)));
        context.getBean(Inventory.class).register(new Inventory.Fleet(List.of(), List.of(), List.of(proxy)));
        var latecomers = context.getBean(Latecomers.class);

        latecomers.join(campaign);
        latecomers.join(campaign);

        var late = store.members(campaign.id(), State.PLANNED, null, 0, 10);
        assertThat(late).singleElement().satisfies(member -> {
            assertThat(member.proxyId()).isEqualTo("px-late");
            assertThat(member.stage()).isEqualTo(2);
            assertThat(member.position()).isEqualTo(PROXIES - 1);
            assertThat(member.executeAt()).isAfter(Instant.now().plus(Duration.ofHours(71)));
        });
        assertThat(context.getBean(WaveCounts.class).sizes(campaign.id()))
                .containsExactly(new WaveCounts.Size(1, 1, 0), new WaveCounts.Size(2, PROXIES, 2));
        assertThat(sql.list("select kind from notice where proxy_id = 'px-late'", row -> row.text("kind")))
                .containsExactly("PLANNED");
    }

    @Test
    void before_a_campaign_is_done_those_that_need_an_operator_are_looked_at_once_more() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var steps = context.getBean(CampaignSteps.class);
        var now = Instant.now();
        sql.change("update campaign_member set state = 'DONE', ended_at = ?", now);
        sql.change(
                "update campaign_member set state = 'NEEDS_OPERATOR', ended_at = null, updated_at = ?"
                        + " where proxy_id = 'px-3'",
                now.minusSeconds(5));

        assertThat(steps.next(campaign.id())).isEqualTo(CampaignActivities.Step.DELIVER);

        sql.change("update campaign_member set updated_at = ? where proxy_id = 'px-3'", now);
        assertThat(steps.next(campaign.id())).isEqualTo(CampaignActivities.Step.END);
        var done = campaigns.campaign(campaign.id());
        assertThat(done.state()).isEqualTo(Campaign.State.DONE);
        assertThat(done.note()).isEqualTo("every member is through, 1 of them left to an operator");
    }

    @Test
    void none_joins_a_campaign_that_is_over() {
        var campaign = started(strategy(100, 100, 100, "10%", "rest"));
        store.write(campaign.in(Campaign.State.HALTED, "enough", Instant.now()));
        sql.change("delete from campaign_member where proxy_id = 'px-3'");

        context.getBean(Latecomers.class).join(campaign);

        assertThat(store.members(campaign.id(), null, null, 0, 100)).hasSize(PROXIES - 1);
    }

    @Test
    void a_proxy_is_left_alone_for_some_days_after_a_forced_upgrade_unless_it_is_critical() {
        var earlier = started(strategy(5, 5, 100, "100%", "rest"));
        sql.change(
                "update campaign_member set begun_at = ?, state = 'DONE' where proxy_id = 'px-2'",
                Instant.now().minus(Duration.ofDays(1)));
        sql.change("update campaign set open_for = null where id = ?", earlier.id());

        var normal = member(campaigns.plan(wish(null)), "px-2");
        var critical = member(campaigns.plan(wish(Level.CRITICAL, null, strategy(5, 5, 100, "100%", "rest"))), "px-2");

        assertThat(normal.executeAt()).isAfter(Instant.now().plus(Duration.ofDays(28)));
        assertThat(critical.executeAt()).isBefore(Instant.now().plus(Duration.ofDays(5)));
    }

    @ParameterizedTest
    @CsvSource({
        "2.6.12.4, MAJOR, , rest,       NOT_NOW, is ACTIVE",
        "9.9.9.9,  MAJOR, , rest,       WRONG,   version: the catalogue has no",
        "2.6,      MAJOR, , rest,       WRONG,   is not a kernel version",
        "2.6.12.3, MAJOR, , 1|10%,      WRONG,   waves: they do not add up: 17 of 20 proxies are in none",
        "2.6.12.3, MAJOR, 1, rest,      WRONG,   deadline: "
    })
    void what_is_wrong_is_refused_with_the_reason_and_nothing_is_planned(
            String version,
            Level level,
            @Nullable Integer deadlineInHours,
            String waves,
            Refused.Why why,
            String words) {
        var deadline = deadlineInHours == null ? null : Instant.now().plus(Duration.ofHours(deadlineInHours));
        var wish = new Wish(
                "haproxy", version, level, deadline, strategy(5, 5, 100, "1", waves.split("\\|", -1)), null, "anna");

        assertThatThrownBy(() -> campaigns.create(wish))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.why()).isEqualTo(why))
                .hasMessageContaining(words);
        assertThat(campaigns.count()).isZero();
    }

    @Test
    void who_reaches_temporal_withdraws_no_task_of_a_campaign_that_goes_on() {
        var campaign = started(strategy(5, 5, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'DELIVERED' where proxy_id = 'px-2'");

        context.getBean(CampaignActivities.class).withdraw(campaign.id());

        assertThat(sql.first(
                        "select state from campaign_member where proxy_id = 'px-2'",
                        row -> row.constant(State.class, "state")))
                .contains(State.DELIVERED);
    }

    @Test
    void who_reaches_temporal_begins_no_campaign_that_was_not_started_or_is_paused() {
        var steps = context.getBean(CampaignActivities.class);
        var planned = campaigns.create(wish(null));
        var members = store.members(planned.id(), null, null, 0, PROXIES);

        for (var id : List.of(planned.id(), "made-up")) {
            assertThat(steps.next(id)).isEqualTo(CampaignActivities.Step.END);
            steps.awaitChange(id);
            steps.deliver(id);
            steps.withdraw(id);
        }
        var paused = planned.nextStage(Instant.now()).in(Campaign.State.PAUSED, "to look", Instant.now());
        store.write(paused);
        steps.next(planned.id());
        steps.deliver(planned.id());
        steps.withdraw(planned.id());

        assertThat(campaigns.list(0, 10)).singleElement().satisfies(campaign -> {
            assertThat(campaign.state()).isEqualTo(Campaign.State.PAUSED);
            assertThat(campaign.stage()).isEqualTo(1);
        });
        assertThat(store.members(planned.id(), null, null, 0, PROXIES)).isEqualTo(members);
        assertThat(sql.list("select job_id from task", row -> row.text("job_id")))
                .isEmpty();
    }

    @Test
    void waves_of_more_than_all_do_not_add_up() {
        assertThatThrownBy(() -> strategy(1, 1, 1, "1", "60%", "60%"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("waves: they do not add up: 120% in all");
    }

    /** People read it, in sentences too. */
    @Test
    void a_deadline_that_nobody_chose_is_a_whole_second() {
        assertThat(campaigns.plan(wish(null)).campaign().deadline().getNano()).isZero();
    }

    @Test
    void there_is_one_open_campaign_for_a_version_which_the_refusal_of_another_names() {
        var open = campaigns.create(wish(null));

        assertThatThrownBy(() -> campaigns.create(wish(null)))
                .isInstanceOf(Refused.class)
                .hasMessage("a campaign for haproxy 2.6.12.3 is open already: %s, which is PLANNED", open.id());
    }

    @Test
    void without_a_newer_active_version_nothing_is_planned() {
        context.getBean(Inventory.class).register(List.of(kernel(NEW, Lifecycle.OFFLINE, null)));

        assertThatThrownBy(() -> campaigns.create(wish(null)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no ACTIVE version with a package that is newer");
    }

    /** REQUIREMENTS S8. */
    @Test
    void a_version_that_leaves_active_has_its_campaign_planned_once_and_owners_see_nothing_yet() {
        var bad = context.getBean(BadVersions.class);

        bad.look();
        bad.look();

        assertThat(campaigns.list(0, 10)).singleElement().satisfies(campaign -> {
            assertThat(campaign.state()).isEqualTo(Campaign.State.PLANNED);
            assertThat(campaign.reason()).isEqualTo("it leaks");
            assertThat(campaign.level()).isEqualTo(Level.MAJOR);
        });
        assertThat(context.getBean(EventList.class).page(query("p-0")).total()).isZero();
    }

    /** A server had planned it and was killed, or another one has planned it at the same moment. */
    @ParameterizedTest
    @CsvSource({"lifecycle, it leaks, RUNNING", "lifecycle, it was risky, RUNNING", "anna, it leaks, PLANNED"})
    void a_setting_starts_a_campaign_that_was_planned_for_it_and_not_yet_started_unless_a_person_planned_it(
            String actor, String reason, Campaign.State state) {
        var usual = context.getBean(CampaignSettings.class);
        var starting = new CampaignSettings(
                usual.leadTime(),
                usual.criticalLeadTime(),
                usual.apart(),
                usual.soak(),
                usual.waveAtMost(),
                usual.atOnce(),
                usual.perProject(),
                usual.perMinute(),
                usual.tolerated(),
                usual.spread(),
                usual.look(),
                true);
        var changes = context.getBean(LifecycleChanges.class);
        campaigns.create(new Wish("haproxy", OLD.toString(), null, null, null, reason, actor));

        new BadVersions(changes, campaigns, store, starting, Clock.systemUTC()).look();

        assertThat(campaigns.list(0, 10))
                .singleElement()
                .satisfies(campaign -> assertThat(campaign.state()).isEqualTo(state));
        assertThat(changes.open()).isEmpty();
    }

    @Test
    void a_version_that_becomes_worse_has_the_campaign_that_nobody_has_started_planned_anew() {
        lifecycle(Lifecycle.RISKY, null);
        var bad = context.getBean(BadVersions.class);
        bad.look();
        assertThat(campaigns.list(0, 10)).extracting(Campaign::level).containsExactly(Level.MINOR);

        lifecycle(Lifecycle.DEFECTIVE, null);
        bad.look();

        assertThat(campaigns.list(0, 10)).singleElement().satisfies(campaign -> {
            assertThat(campaign.level()).isEqualTo(Level.MAJOR);
            assertThat(campaign.state()).isEqualTo(Campaign.State.PLANNED);
            assertThat(store.members(campaign.id(), null, null, 0, 100)).hasSize(PROXIES);
        });
    }

    @Test
    void where_there_is_no_newer_version_yet_the_campaign_is_planned_as_soon_as_there_is_one() {
        var bad = context.getBean(BadVersions.class);
        context.getBean(Inventory.class).register(List.of(kernel(NEW, Lifecycle.OFFLINE, null)));
        bad.look();
        assertThat(campaigns.count()).isZero();

        context.getBean(Inventory.class).register(List.of(kernel(NEW, Lifecycle.ACTIVE, null)));
        bad.look();
        bad.look();

        assertThat(campaigns.list(0, 10))
                .singleElement()
                .satisfies(campaign -> assertThat(campaign.version()).isEqualTo(OLD));
    }

    /** A node's image, or an import, brings it back. */
    @Test
    void a_version_that_was_withdrawn_while_nobody_ran_it_has_its_campaign_planned_once_somebody_does() {
        var bad = context.getBean(BadVersions.class);
        sql.change("update node set version = ?", NEW);
        bad.look();
        assertThat(campaigns.count()).isZero();

        sql.change("update node set version = ? where proxy_id = 'px-3'", OLD);
        bad.look();
        bad.look();

        assertThat(campaigns.list(0, 10))
                .singleElement()
                .satisfies(campaign -> assertThat(store.members(campaign.id(), null, null, 0, 100))
                        .extracting(Member::proxyId)
                        .containsExactly("px-3"));
    }

    @Test
    void the_log_says_once_for_all_servers_why_a_change_has_no_campaign_and_nothing_while_one_may_come() {
        var bad = context.getBean(BadVersions.class);
        context.getBean(Inventory.class).register(List.of(kernel(NEW, Lifecycle.OFFLINE, null)));
        assertThat(LogLines.of(BadVersions.class, bad::look)).isEmpty();
        context.getBean(Inventory.class).register(List.of(kernel(NEW, Lifecycle.ACTIVE, null)));
        var open = campaigns.create(wish(null));
        var changes = context.getBean(LifecycleChanges.class);
        var seenByAnother = changes.open();

        assertThat(LogLines.of(BadVersions.class, bad::look))
                .containsOnlyOnce(
                        "no campaign for haproxy 2.6.12.3: a campaign for haproxy 2.6.12.3 is open already: %s, which is PLANNED"
                                .formatted(open.id()));
        assertThat(seenByAnother).isNotEmpty().noneMatch(change -> changes.close(change, Instant.now()));
    }

    @Test
    void a_campaign_is_not_started_once_its_version_is_active_again_or_no_other_one_is() {
        var campaign = campaigns.create(wish(null));
        lifecycle(Lifecycle.ACTIVE, null);
        assertThatThrownBy(() -> campaigns.say(Campaigns.Order.START, campaign.id(), "now"))
                .isInstanceOf(Refused.class)
                .hasMessage("haproxy 2.6.12.3 is ACTIVE: nobody has to leave it");

        lifecycle(Lifecycle.DEFECTIVE, null);
        context.getBean(Inventory.class).register(List.of(kernel(NEW, Lifecycle.OFFLINE, null)));
        assertThatThrownBy(() -> campaigns.say(Campaigns.Order.START, campaign.id(), "now"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no ACTIVE version with a package that is newer");

        assertThat(campaigns.campaign(campaign.id()).state()).isEqualTo(Campaign.State.PLANNED);
        assertThat(told()).isEmpty();
    }

    /** REQUIREMENTS S8. */
    @Test
    void the_date_of_a_version_acts_by_itself() {
        lifecycle(Lifecycle.ACTIVE, Instant.now().minusSeconds(1));
        sql.change("update kernel_change set handled_at = ?", Instant.now());
        var bad = context.getBean(BadVersions.class);

        bad.look();
        bad.look();

        assertThat(campaigns.list(0, 10))
                .singleElement()
                .satisfies(campaign -> assertThat(campaign.reason()).isEqualTo("its expiry date has passed"));
        assertThat(sql.list("select number from kernel_change where lifecycle = 'EXPIRED'", row -> 1))
                .hasSize(1);
    }

    @Test
    void of_many_that_ask_at_once_as_many_begin_as_the_fleets_budget_has() throws Exception {
        started(strategy(6, 100, 100, "100%", "rest"));

        assertThat(begun(all())).isEqualTo(6);
    }

    @Test
    void a_project_has_a_budget_of_its_own() throws Exception {
        started(strategy(100, 3, 100, "100%", "rest"));

        assertThat(begun(all())).isEqualTo(6);
        assertThat(sql.list(
                        "select count(*) as many from campaign_member where state = 'RUNNING' group by project_id",
                        row -> row.number("many")))
                .containsExactly(3, 3);
    }

    @Test
    void no_more_begin_within_a_minute_than_may_although_others_have_ended() throws Exception {
        started(strategy(100, 100, 7, "100%", "rest"));
        assertThat(begun(all())).isEqualTo(7);
        sql.change("update campaign_member set state = 'DONE' where state = 'RUNNING'");

        assertThat(begun(all())).isZero();

        sql.change(
                "update campaign_member set begun_at = ? where begun_at is not null",
                Instant.now().minusSeconds(61));
        assertThat(begun(all())).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "HELD"})
    void at_once_run_no_more_than_failures_are_tolerated_yet_and_one(State bad) throws Exception {
        started(strategy(100, 100, 100, "3", "rest"));
        assertThat(begun(all())).isEqualTo(4);
        sql.change(
                "update campaign_member set state = ? where id in"
                        + " (select id from campaign_member where state = 'RUNNING' order by id limit 2)",
                bad);

        assertThat(begun(all()))
                .as("two run, two more failures are tolerated by one")
                .isZero();

        sql.change("update campaign_member set state = 'DONE' where id in"
                + " (select id from campaign_member where state = 'RUNNING' order by id limit 1)");
        assertThat(begun(all())).isEqualTo(1);
    }

    @Test
    void an_upgrade_that_stands_back_gives_its_place_to_another() throws Exception {
        started(strategy(1, 100, 100, "100%", "rest"));
        assertThat(begun(all())).isEqualTo(1);
        assertThat(all()).filteredOn(job -> gate.mayBegin(job).isPresent()).hasSize(PROXIES - 1);
        var first = sql.first("select job_id from campaign_member where state = 'RUNNING'", row -> row.text("job_id"))
                .orElseThrow();

        gate.standBack(first);

        assertThat(begun(all().stream().filter(job -> !job.equals(first)).toList()))
                .isEqualTo(1);
    }

    @Test
    void an_execution_that_is_refused_leaves_the_event_as_it_was() {
        var campaign = started(strategy(1, 100, 100, "100%", "rest"));
        var waits = store.memberOf("job-px-3").orElseThrow().id();
        sql.change("update campaign_member set state = 'PLANNED', job_id = null where id = ?", waits);
        assertThat(gate.begin("job-px-0")).isEmpty();

        var refusal = gate.reserve(store.member(waits).orElseThrow(), "another");

        assertThat(refusal).hasValueSatisfying(words -> assertThat(words).contains("as many as may"));
        assertThat(store.member(waits).orElseThrow())
                .satisfies(member -> assertThat(member.state()).isEqualTo(State.PLANNED))
                .satisfies(member -> assertThat(member.jobId()).isNull());
        assertThat(context.getBean(PlannedEvents.class).cancel(waits, "vera").state())
                .as(campaign.id())
                .isEqualTo(State.INQUIRING);
    }

    /** Its owner's two clicks: one server executes what another one has just cancelled, delivered or begun. */
    @ParameterizedTest
    @CsvSource({"INQUIRING, 2, ", "DELIVERED, 1, ", "RUNNING, 1, 2026-11-30T02:00:00Z"})
    void an_event_that_has_changed_since_it_was_read_is_not_executed(
            State changed, int attempt, @Nullable Instant begun) {
        started(strategy(1, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var read = store.members(campaigns.list(0, 1).getFirst().id(), null, null, 0, 1)
                .getFirst();
        sql.change(
                "update campaign_member set state = ?, attempt = ?, begun_at = ?, job_id = ? where id = ?",
                changed,
                attempt,
                begun,
                attempt == 1 ? Delivery.jobId(read) : null,
                read.id());
        var before = store.member(read.id());

        var refusal = gate.reserve(read, Delivery.jobId(read));

        assertThat(refusal).hasValueSatisfying(words -> assertThat(words).contains("it has changed", changed.name()));
        assertThat(store.member(read.id())).isEqualTo(before);
    }

    @Test
    void what_is_cancelled_while_it_is_told_to_start_now_is_not_started() throws Exception {
        started(strategy(1, 100, 100, "100%", "rest"));
        var member = store.memberOf("job-px-0").orElseThrow();
        try (var caller = Executors.newSingleThreadExecutor()) {
            var asking = new AtomicReference<Future<Optional<String>>>();
            sql.together(() -> {
                sql.first("select one from campaign_gate where one = 1 for update", row -> true);
                asking.set(caller.submit(() -> gate.refuses("job-px-0", Command.START_NOW, null)));
                // It has time to ask before the cancellation; were it later, nothing would be proved.
                Awaitility.await().pollDelay(Duration.ofMillis(200)).until(() -> true);
                store.write(member.again(true).in(State.INQUIRING, "cancelled once", Instant.now()));
            });

            assertThat(asking.get().get()).isPresent();
            assertThat(store.member(member.id()).orElseThrow().state()).isEqualTo(State.INQUIRING);
        }
    }

    /** As a server of an earlier version could leave it behind. */
    @ParameterizedTest
    @CsvSource({"RUNNING, PLANNED", "HALTED, CANCELLED"})
    void a_place_that_was_taken_for_a_task_that_has_ended_is_free_again(Campaign.State campaigns, State state) {
        var campaign = started(strategy(1, 100, 100, "100%", "rest"));
        var job = "job-px-0";
        context.getBean(TaskLedger.class)
                .record(
                        TaskSample.waiting()
                                .job(job)
                                .proxy("px-0")
                                .project("p-0")
                                .ended("CANCELLED", Task.Status.CANCELED)
                                .task(),
                        List.of());
        var member = store.memberOf(job).orElseThrow();
        store.write(member.begun(Instant.now().minus(Duration.ofMinutes(3)), true));
        store.write(campaign.in(campaigns, "enough", Instant.now()));

        context.getBean(UnusedPlaces.class).giveBack();

        assertThat(store.member(member.id()).orElseThrow())
                .satisfies(after -> assertThat(after.state()).isEqualTo(state))
                .satisfies(after -> assertThat(after.key()).isNotEqualTo(member.key()));
    }

    /** Temporal, or the server, was away: no task was made, or it never heard that it should begin. */
    @ParameterizedTest
    @CsvSource({", PLANNED", "WAITING, DELIVERED"})
    void a_place_that_was_taken_to_begin_at_once_is_free_again_if_nothing_began(@Nullable String phase, State state) {
        var campaign = started(strategy(1, 100, 100, "100%", "rest"));
        var job = phase == null ? "job-px-0" : taskThatWaits("px-0");
        assertThat(gate.refuses(job, Command.START_NOW, null)).isEmpty();

        context.getBean(UnusedPlaces.class).giveBack();
        assertThat(gate.begin("job-px-1")).as("its answer may still come").isPresent();

        sql.change(
                "update campaign_member set updated_at = ? where state = 'RUNNING'",
                Instant.now().minus(Duration.ofMinutes(3)));
        context.getBean(UnusedPlaces.class).giveBack();
        assertThat(store.memberOf(job).orElseThrow().state()).as(campaign.id()).isEqualTo(state);
        assertThat(gate.begin("job-px-1")).isEmpty();
        assertThat(gate.begin(job)).as("should it begin after all").isPresent();
    }

    /** Its place is given back after the campaign has ended: nobody else would take it out of the Task Center. */
    @Test
    void a_halted_campaign_is_at_work_while_a_task_waits_that_it_has_not_withdrawn() {
        var campaign = started(strategy(1, 100, 100, "100%", "rest"));
        var job = taskThatWaits("px-0");
        assertThat(gate.refuses(job, Command.START_NOW, null)).isEmpty();
        store.write(campaign.in(Campaign.State.HALTED, "enough", Instant.now()));
        sql.change("update campaign_member set state = 'CANCELLED' where state = 'DELIVERED'");
        assertThat(store.atWork()).isEmpty();
        sql.change(
                "update campaign_member set updated_at = ? where state = 'RUNNING'",
                Instant.now().minus(Duration.ofMinutes(3)));

        context.getBean(UnusedPlaces.class).giveBack();

        assertThat(store.atWork()).extracting(Campaign::id).containsExactly(campaign.id());
        assertThat(context.getBean(CampaignSteps.class).next(campaign.id()))
                .isEqualTo(CampaignActivities.Step.WITHDRAW);
    }

    @Test
    void an_upgrade_that_began_at_once_keeps_its_place() {
        started(strategy(1, 100, 100, "100%", "rest"));
        var job = taskThatWaits("px-0");
        assertThat(gate.refuses(job, Command.START_NOW, null)).isEmpty();
        sql.change(
                "update campaign_member set updated_at = ? where state = 'RUNNING'",
                Instant.now().minus(Duration.ofMinutes(3)));
        assertThat(gate.begin(job)).isEmpty();

        context.getBean(UnusedPlaces.class).giveBack();

        assertThat(store.memberOf(job).orElseThrow().state()).isEqualTo(State.RUNNING);
    }

    private String taskThatWaits(String proxy) {
        var job = "job-" + proxy;
        var task = TaskSample.waiting().job(job).proxy(proxy).project("p-0").task();
        context.getBean(TaskLedger.class).record(task, List.of());
        return job;
    }

    /** The same times for operators and owners, through whichever door an upgrade was moved. */
    @ParameterizedTest
    @EnumSource(names = {"DELIVERED", "OWN"})
    void an_event_has_the_time_of_its_task(State state) {
        started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = ? where job_id = 'job-px-0'", state);
        var moved = TaskSample.NOON.plus(Duration.ofDays(3));
        var task = TaskSample.waiting().job("job-px-0").proxy("px-0").project("p-0");

        context.getBean(TaskLedger.class)
                .record(
                        task.planned(moved, Duration.ofHours(2)).task(),
                        List.of(new TaskEvent("job-px-0", 1, Instant.now(), "RESCHEDULED", null, "another time")));

        assertThat(store.memberOf("job-px-0").orElseThrow())
                .satisfies(member -> assertThat(member.state()).isEqualTo(state))
                .satisfies(member -> assertThat(member.executeAt()).isEqualTo(moved))
                .satisfies(member -> assertThat(member.closesAt()).isEqualTo(moved.plus(Duration.ofHours(2))));
    }

    /** Else one that its owner cancelled would be upgraded before the canary. */
    @Test
    void after_the_deadline_one_that_was_cancelled_waits_for_its_wave() {
        var campaign = started(strategy(100, 100, 100, "100%", "1", "rest"));
        sql.change("update campaign_member set state = 'INQUIRING'");
        var after = campaign.deadline().plusSeconds(1);

        assertThat(store.toDeliver(campaign, after, List.of(after, after), 100))
                .extracting(Member::stage)
                .containsExactly(1);
        assertThat(store.toDeliver(campaign.nextStage(after), after, List.of(after, after), 100))
                .hasSize(PROXIES);
        assertThat(store.toDeliver(
                        campaign.nextStage(after), campaign.deadline().minusSeconds(1), List.of(after, after), 100))
                .isEmpty();
    }

    @Test
    void however_many_wait_for_leave_no_more_than_twenty_ask_again_within_a_look() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        store.write(campaign.in(Campaign.State.PAUSED, "to think", Instant.now()));
        var look = context.getBean(CampaignSettings.class).look();

        var alone = gate.mayBegin("job-px-0").orElseThrow().again();
        sql.change("update campaign_member set execute_at = ?", Instant.now().minusSeconds(1));
        var ofTwenty = gate.mayBegin("job-px-0").orElseThrow().again();

        assertThat(alone).isEqualTo(look);
        assertThat(ofTwenty).isEqualTo(look.multipliedBy(2));
    }

    /** Halts its campaign while somebody else works at it, who ends with this. */
    private void haltWhileLocked(Member planned, Runnable last) throws Exception {
        try (var caller = Executors.newSingleThreadExecutor()) {
            var halting = new AtomicReference<Future<Campaign>>();
            sql.together(() -> {
                store.locked(planned.id());
                halting.set(caller.submit(() -> campaigns.say(Campaigns.Order.HALT, planned.campaignId(), "enough")));
                Awaitility.await()
                        .until(() -> campaigns.campaign(planned.campaignId()).state() == Campaign.State.HALTED);
                assertThat(gate.begin("job-px-0")).contains("the campaign is HALTED");
                last.run();
            });
            halting.get().get();
        }
    }

    /** With a hundred thousand members it takes seconds to write what their owners are told. */
    @Test
    void a_halt_holds_before_every_owner_is_told_of_it() throws Exception {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null where proxy_id = 'px-3'");
        var planned = store.members(campaign.id(), State.PLANNED, null, 0, 1).getFirst();
        haltWhileLocked(planned, () -> {});
        assertThat(store.member(planned.id()).orElseThrow())
                .satisfies(after -> assertThat(after.state()).isEqualTo(State.CANCELLED))
                .satisfies(after -> assertThat(after.reason()).isEqualTo("enough"));
        assertThat(told()).containsEntry("CANCELLED", 1);
    }

    /** Its task's own end tells it. */
    @Test
    void a_halt_does_not_tell_that_a_member_is_cancelled_whose_task_is_just_made() throws Exception {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null where proxy_id = 'px-3'");
        var planned = store.members(campaign.id(), State.PLANNED, null, 0, 1).getFirst();
        haltWhileLocked(planned, () -> store.write(planned.with("job-px-3").in(State.DELIVERED, "", Instant.now())));

        assertThat(store.member(planned.id()).orElseThrow().state()).isEqualTo(State.DELIVERED);
        assertThat(told()).doesNotContainKey("CANCELLED");
    }

    @Test
    void what_a_server_that_died_had_not_cancelled_of_a_halted_campaign_is_cancelled_and_told_once() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'DONE'");
        sql.change("update campaign_member set state = 'INQUIRING', job_id = null where proxy_id = 'px-3'");
        store.write(campaign.in(Campaign.State.HALTED, "enough", Instant.now()));
        var activities = context.getBean(CampaignActivities.class);

        assertThat(store.atWork()).extracting(Campaign::id).containsExactly(campaign.id());
        assertThat(activities.next(campaign.id())).isEqualTo(CampaignActivities.Step.WITHDRAW);
        activities.withdraw(campaign.id());
        activities.withdraw(campaign.id());

        assertThat(store.members(campaign.id(), State.CANCELLED, null, 0, PROXIES))
                .hasSize(1);
        assertThat(told()).containsExactlyInAnyOrderEntriesOf(Map.of("CANCELLED", 1));
        assertThat(activities.next(campaign.id())).isEqualTo(CampaignActivities.Step.END);
        assertThat(store.atWork()).isEmpty();
    }

    @Test
    void nothing_begins_while_the_campaign_is_paused() throws Exception {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        store.write(campaign.in(Campaign.State.PAUSED, "to think", Instant.now()));

        assertThat(begun(all())).isZero();
        assertThat(gate.begin("job-px-0")).contains("the campaign is PAUSED");
    }

    @ParameterizedTest
    @EnumSource(names = {"PAUSED", "HALTED"})
    void an_owners_own_upgrade_needs_no_leave_of_the_campaign_and_takes_no_place(Campaign.State state) {
        var campaign = started(strategy(100, 100, 100, "100%", "rest")).in(state, "to think", Instant.now());
        sql.change("update campaign_member set state = 'OWN' where job_id = 'job-px-0'");
        store.write(campaign);
        if (state.isOver()) store.cancelUndelivered(campaign.id(), campaign.note(), Instant.now());

        assertThat(gate.mayBegin("job-px-0")).isEmpty();
        assertThat(gate.begin("job-px-0")).isEmpty();
        assertThat(gate.refuses("job-px-0", Command.START_NOW, null)).isEmpty();
        assertThat(gate.refuses("job-px-0", Command.CANCEL, null)).isEmpty();

        assertThat(running()).isZero();
        assertThat(gate.begin("job-px-1")).contains("the campaign is " + state);
    }

    /** Its owner pauses, without anybody's harm, what closes sessions, what is theirs, and what nobody waits for. */
    @Test
    void an_upgrade_is_forced_as_long_as_its_campaign_waits_for_it() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        assertThat(gate.isForced("job-px-0")).isTrue();

        assertThat(List.of(State.OWN, State.DONE, State.FAILED)).noneMatch(state -> {
            sql.change("update campaign_member set state = ? where job_id = 'job-px-0'", state);
            return gate.isForced("job-px-0");
        });
        store.write(campaign.in(Campaign.State.HALTED, "enough", Instant.now()));
        assertThat(gate.isForced("job-px-1")).isFalse();
        assertThat(gate.isForced("an-owners")).isFalse();
    }

    @Test
    void an_owners_own_upgrade_that_is_done_is_not_begun_anew_by_a_late_command() {
        started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'DONE' where job_id = 'job-px-0'");

        assertThat(gate.refuses("job-px-0", Command.START_NOW, null)).isEmpty();

        assertThat(store.memberOf("job-px-0").orElseThrow().state()).isEqualTo(State.DONE);
    }

    @Test
    void none_has_begun_before_the_end_of_the_one_whose_place_it_took() throws Exception {
        started(strategy(1, 100, 100, "100%", "rest"));
        assertThat(gate.begin("job-px-0")).isEmpty();
        try (var caller = Executors.newSingleThreadExecutor()) {
            var asking = new AtomicReference<Future<Optional<String>>>();
            var ended = new AtomicReference<Instant>();
            sql.together(() -> {
                sql.first("select one from campaign_gate where one = 1 for update", row -> true);
                asking.set(caller.submit(() -> gate.begin("job-px-1")));
                // It has time to ask before the other one ends; were it later, nothing would be proved.
                Awaitility.await().pollDelay(Duration.ofMillis(200)).until(() -> true);
                ended.set(Instant.now());
                sql.change("update campaign_member set state = 'DONE' where job_id = 'job-px-0'");
            });

            assertThat(asking.get().get()).isEmpty();
            assertThat(store.memberOf("job-px-1").orElseThrow().begunAt()).isAfterOrEqualTo(ended.get());
        }
    }

    @Test
    void a_later_time_than_was_told_is_told_once_though_its_page_is_delivered_twice() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var read = store.members(campaign.id(), null, null, 0, 1).getFirst();
        var told = requireNonNull(read.opening());
        var later = read.at(new Opening(
                        told.opens().plus(Duration.ofDays(1)), told.closes().plus(Duration.ofDays(1))))
                .with(Delivery.jobId(read));
        var changes = context.getBean(MemberChanges.class);

        changes.isPlanned(campaign, later, "its wave begins later than was expected");
        changes.isPlanned(campaign, later, "its wave begins later than was expected");

        assertThat(sql.list(
                        "select kind, reason, planned_at from notice",
                        row -> List.of(row.text("kind"), row.text("reason"), row.instant("planned_at"))))
                .containsExactly(List.of(
                        "RESCHEDULED", "its wave begins later than was expected", requireNonNull(later.executeAt())));
    }

    @ParameterizedTest
    @EnumSource(names = {"DELIVERED", "RUNNING", "DONE", "FAILED", "CANCELLED"})
    void a_page_that_is_delivered_twice_puts_no_member_back_that_has_come_further(State further) {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var read = store.memberOf("job-px-3").orElseThrow().in(State.PLANNED, "", Instant.now());
        sql.change("update campaign_member set state = ? where job_id = 'job-px-3'", further);
        var changes = context.getBean(MemberChanges.class);

        var planned = changes.isPlanned(campaign, read, "its wave begins later than was expected");
        var delivered = changes.becomes(campaign, read, State.DELIVERED, "");

        assertThat(List.of(planned, delivered)).extracting(Member::state).containsOnly(further);
        assertThat(store.memberOf("job-px-3").orElseThrow().state()).isEqualTo(further);
        assertThat(told()).isEmpty();
    }

    /** Its proxy is that task's, which speaks against another one, but not against the member. */
    @ParameterizedTest
    @CsvSource({", DELIVERED, 1", "REFUSED, NEEDS_OPERATOR, 2"})
    void a_task_that_a_killed_server_had_made_is_found_by_the_next_one(
            @Nullable String outcome, State state, int attempt) {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var read = store.members(campaign.id(), null, null, 0, 1).getFirst();
        var job = Delivery.jobId(read);
        var ledger = context.getBean(TaskLedger.class);
        var task = TaskSample.running().job(job).proxy(read.proxyId()).project(read.projectId());
        ledger.record((outcome == null ? task : task.ended(outcome, Task.Status.FAILED)).task(), List.of());
        ledger.claimProxy(read.proxyId(), job);
        store.write(read.with(job));

        context.getBean(Delivery.class).deliver(campaign, read.with(job));

        var member = store.member(read.id()).orElseThrow();
        assertThat(member.state()).as(member.reason()).isEqualTo(state);
        assertThat(member.attempt()).isEqualTo(attempt);
    }

    /** Else neither the stop rule nor the next wave has its turn. */
    @Test
    void a_member_whose_rows_cannot_be_read_needs_an_operator_and_holds_up_no_other_one() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var read = store.members(campaign.id(), null, null, 0, PROXIES);
        var ledger = context.getBean(TaskLedger.class);
        var torn = read.getFirst();
        read.stream()
                .skip(1)
                .forEach(member -> ledger.record(
                        TaskSample.running()
                                .job(Delivery.jobId(member))
                                .proxy(member.proxyId())
                                .project(member.projectId())
                                .task(),
                        List.of()));
        sql.change("update node set version = 'torn' where proxy_id = ?", torn.proxyId());

        context.getBean(MemberPages.class).deliver(campaign, false, () -> {});

        assertThat(store.members(campaign.id(), null, null, 0, PROXIES))
                .allSatisfy(member -> assertThat(member.state())
                        .isEqualTo(member.id().equals(torn.id()) ? State.NEEDS_OPERATOR : State.DELIVERED));
        assertThat(store.member(torn.id()).orElseThrow().reason())
                .isEqualTo("its task cannot be made: the server's log says why");
        assertThat(context.getBean(CampaignSteps.class).next(campaign.id())).isEqualTo(CampaignActivities.Step.WAIT);
    }

    /** What failed came after that, or reads its rows: the member has its task all the same. */
    @Test
    void a_member_whose_task_was_made_has_it_whatever_failed_afterwards() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var read = store.memberOf("job-px-3").orElseThrow();
        sql.change("update campaign_member set state = 'NEEDS_OPERATOR', job_id = null where id = ?", read.id());
        var task = TaskSample.running()
                .job(Delivery.jobId(read))
                .proxy(read.proxyId())
                .project(read.projectId());
        context.getBean(TaskLedger.class).record(task.task(), List.of());
        sql.change("update node set version = 'torn' where proxy_id = ?", read.proxyId());
        sql.change("update campaign_member set updated_at = ? where id = ?", Instant.EPOCH, read.id());

        context.getBean(MemberPages.class).deliver(campaign, false, () -> {});

        assertThat(store.member(read.id()).orElseThrow().state()).isEqualTo(State.DELIVERED);
    }

    /** As its owner could before such keys were refused, and then delete the record. */
    @Test
    void a_member_whose_key_is_taken_needs_an_operator_and_has_another_key_next_time() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var read = store.memberOf("job-px-3").orElseThrow();
        sql.change("update campaign_member set state = 'PLANNED', job_id = null where id = ?", read.id());
        var ledger = context.getBean(TaskLedger.class);
        var taken = TaskSample.running()
                .job(Delivery.jobId(read))
                .proxy(read.proxyId())
                .project(read.projectId())
                .key(read.key())
                .ended("REFUSED", Task.Status.FAILED)
                .task();
        ledger.record(taken, List.of());
        ledger.delete(taken.jobId(), Instant.now());

        context.getBean(MemberPages.class).deliver(campaign, false, () -> {});

        assertThat(store.member(read.id()).orElseThrow()).satisfies(member -> {
            assertThat(member.state()).isEqualTo(State.NEEDS_OPERATOR);
            assertThat(member.reason()).contains(read.key(), "was used with another request before");
            assertThat(member.key()).isNotEqualTo(read.key());
        });
    }

    @Test
    void a_page_waits_for_a_temporal_that_is_away_and_no_member_needs_an_operator() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null where proxy_id = 'px-3'");
        var away = (Upgrades) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Upgrades.class}, (upgrades, method, arguments) -> {
                    if (method.getName().equals("submit")) throw new Upgrades.TemporalUnavailable("away", null);
                    return method.invoke(context.getBean(Upgrades.class), arguments);
                });
        var pages = pages(away);

        assertThatThrownBy(() -> pages.deliver(campaign, false, () -> {}))
                .isInstanceOf(Upgrades.TemporalUnavailable.class);

        assertThat(store.members(campaign.id(), State.PLANNED, null, 0, PROXIES))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"ALL_SERVE, DONE, 1", "CANCELLED, PLANNED, 2"})
    void an_owners_own_open_upgrade_satisfies_its_member_unless_it_comes_to_nothing(
            String end, State state, int attempt) {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var read = store.members(campaign.id(), null, null, 0, 1).getFirst();
        var ledger = context.getBean(TaskLedger.class);
        var own = TaskSample.running()
                .job("own")
                .proxy(read.proxyId())
                .project(read.projectId())
                .task();
        ledger.record(own, List.of());
        ledger.claimProxy(read.proxyId(), "own");

        var member = context.getBean(Delivery.class).deliver(campaign, read);
        ledger.record(own, List.of(new TaskEvent("own", 1, Instant.now(), end, null, "it is over")));

        assertThat(member.state()).isEqualTo(State.OWN);
        assertThat(store.member(read.id()).orElseThrow())
                .satisfies(after -> assertThat(after.state()).isEqualTo(state))
                .satisfies(after -> assertThat(after.attempt()).isEqualTo(attempt));
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNNING", "PAUSED", "AWAITING", "HALTED"})
    void an_owners_own_upgrade_is_not_moved_past_the_deadline_of_a_campaign_at_work(Campaign.State state) {
        var campaign = started(strategy(100, 100, 100, "100%", "rest")).in(state, "to think", Instant.now());
        sql.change("update campaign_member set state = 'OWN' where job_id = 'job-px-0'");
        store.write(campaign);
        var deadline = campaign.deadline();

        assertThat(gate.refuses("job-px-0", Command.RESCHEDULE, deadline)).isEmpty();
        assertThat(gate.refuses("job-px-0", Command.RESCHEDULE, deadline.plusSeconds(1)))
                .isEqualTo(
                        state.isOver()
                                ? Optional.empty()
                                : Optional.of(
                                        "%s is after the deadline, %s".formatted(deadline.plusSeconds(1), deadline)));
    }

    /** Else whoever asks for an upgrade, and puts it off or pauses it, is never upgraded. */
    @ParameterizedTest
    @CsvSource({
        "PENDING, WAITING, '', OWN",
        "RUNNING, PAUSED, '', OWN",
        "RUNNING, PAUSED, it has begun, NEEDS_OPERATOR",
        "RUNNING, HANDOVER, it has begun, OWN"
    })
    void an_owners_own_upgrade_that_waits_when_the_deadline_has_passed_is_cancelled_or_needs_an_operator(
            Task.Status status, String of, String refusal, State state) {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var read = store.members(campaign.id(), null, null, 0, 1).getFirst();
        sql.change("update campaign_member set state = 'DONE', job_id = null where id <> ?", read.id());
        sql.change("update campaign_member set state = 'PLANNED', job_id = null where id = ?", read.id());
        var ledger = context.getBean(TaskLedger.class);
        var own = ownersUpgradeOf(read, ledger);
        var commands = new ArrayList<String>();
        var pages = pages(commanding(refusal, commands));
        pages.deliver(campaign, false, () -> {});
        ledger.record(own.status(status).state(of).task(), List.of());
        sql.change("update campaign_member set updated_at = ?", Instant.now().minusSeconds(3600));
        assertThat(pages.hasToDeliver(campaign, false)).as("until the deadline").isFalse();

        sql.change("update campaign set deadline = ?", Instant.now().minusSeconds(1));
        var late = store.campaign(campaign.id()).orElseThrow();
        pages.deliver(late, false, () -> {});

        assertThat(commands).hasSize(of.equals("HANDOVER") ? 0 : 1);
        assertThat(store.member(read.id()).orElseThrow().state()).isEqualTo(state);
        assertThat(pages.hasToDeliver(late, false)).as("at once again").isFalse();
        own.ended("CANCELLED", Task.Status.CANCELED);
        ledger.record(own.task(), List.of(new TaskEvent("own", 1, Instant.now(), "CANCELLED", null, "by an operator")));
        ledger.releaseProxy("own");
        context.getBean(Delivery.class).deliver(late, store.member(read.id()).orElseThrow());
        assertThat(store.member(read.id()).orElseThrow())
                .satisfies(after -> assertThat(after.state()).isEqualTo(State.DELIVERED))
                .satisfies(after -> assertThat(after.jobId()).isNotEqualTo("own"));
    }

    /** Notes the commands that it answers so; does all else as usual. */
    private Upgrades commanding(String refusal, List<String> commands) {
        var usual = context.getBean(Upgrades.class);
        return (Upgrades) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Upgrades.class}, (upgrades, method, arguments) -> {
                    if (!method.getName().equals("command")) return method.invoke(usual, arguments);
                    commands.add(arguments[1] + " " + arguments[0]);
                    return new CommandAnswer(refusal, Progress.of(Requests.of("own")));
                });
    }

    private MemberPages pages(Upgrades upgrades) {
        var changes = context.getBean(MemberChanges.class);
        var delivery = new Delivery(
                store,
                context.getBean(Openings.class),
                changes,
                context.getBean(Contacts.class),
                context.getBean(Inventory.class),
                context.getBean(TaskLedger.class),
                upgrades);
        return new MemberPages(
                store, delivery, changes, upgrades, context.getBean(CampaignSettings.class), Clock.systemUTC());
    }

    /** Between the look at the task and the writing of the member, which its end does not find yet. */
    @Test
    void an_owners_own_upgrade_that_has_just_ended_leaves_its_member_to_the_campaign() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var read = store.members(campaign.id(), null, null, 0, 1).getFirst();
        var ledger = context.getBean(TaskLedger.class);
        var own = ownersUpgradeOf(read, ledger);
        var ends = (TaskLedger) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TaskLedger.class}, (any, method, arguments) -> {
                    var answer = method.invoke(ledger, arguments);
                    if (method.getName().equals("task") && arguments[0].equals("own")) {
                        ledger.record(
                                own.ended("CANCELLED", Task.Status.CANCELED).task(),
                                List.of(new TaskEvent("own", 1, Instant.now(), "CANCELLED", null, "by its owner")));
                    }
                    return answer;
                });

        delivery(ends).deliver(campaign, read);

        assertThat(store.member(read.id()).orElseThrow()).satisfies(member -> {
            assertThat(member.state()).isEqualTo(State.PLANNED);
            assertThat(member.attempt()).isEqualTo(2);
        });
    }

    /** Its member heard of the end before the look at the task did. */
    @Test
    void an_owners_own_upgrade_that_is_done_meanwhile_leaves_its_member_done() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var read = store.members(campaign.id(), null, null, 0, 1).getFirst();
        var ledger = context.getBean(TaskLedger.class);
        var own = ownersUpgradeOf(read, ledger);
        var ends = (TaskLedger) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TaskLedger.class}, (any, method, arguments) -> {
                    if (method.getName().equals("task")
                            && arguments[0].equals("own")
                            && store.member(read.id()).orElseThrow().state() == State.OWN) {
                        ledger.record(
                                own.ended("DONE", Task.Status.COMPLETED).task(),
                                List.of(new TaskEvent("own", 1, Instant.now(), "ALL_SERVE", null, "it is done")));
                    }
                    return method.invoke(ledger, arguments);
                });

        delivery(ends).deliver(campaign, read);

        assertThat(store.member(read.id()).orElseThrow().state()).isEqualTo(State.DONE);
    }

    private Delivery delivery(TaskLedger ledger) {
        return new Delivery(
                store,
                context.getBean(Openings.class),
                context.getBean(MemberChanges.class),
                context.getBean(Contacts.class),
                context.getBean(Inventory.class),
                ledger,
                context.getBean(Upgrades.class));
    }

    @Test
    void one_whose_tasks_come_to_nothing_is_looked_at_again_ever_later_up_to_a_day() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var pages = context.getBean(MemberPages.class);

        assertThat(List.of(1, 2, 4, 20)).allSatisfy(attempt -> {
            var pause = Duration.ofMinutes(Math.min(1440, 10L << Math.min(attempt - 1, 10)));
            needsOperator(attempt, pause.minusMinutes(1));
            assertThat(pages.hasToDeliver(campaign, false))
                    .as("%s too early", attempt)
                    .isFalse();
            needsOperator(attempt, pause.plusMinutes(1));
            assertThat(pages.hasToDeliver(campaign, false))
                    .as("%s in time", attempt)
                    .isTrue();
        });
    }

    private void needsOperator(int attempt, Duration since) {
        sql.change(
                "update campaign_member set state = 'NEEDS_OPERATOR', job_id = null, attempt = ?, updated_at = ?"
                        + " where proxy_id = 'px-0'",
                attempt,
                Instant.now().minus(since));
    }

    @Test
    void those_that_need_an_operator_go_behind_those_that_are_planned() {
        var campaign = started(strategy(100, 100, 100, "100%", "1", "rest"));
        sql.change(
                "update campaign_member set state = 'NEEDS_OPERATOR', updated_at = ? where stage = 1", Instant.EPOCH);
        sql.change("update campaign_member set state = 'PLANNED' where stage = 2");
        var now = Instant.now();

        assertThat(store.toDeliver(campaign.nextStage(now), now, List.of(now, now), 1))
                .extracting(Member::stage)
                .containsExactly(2);
    }

    @Test
    void a_member_whose_tasks_are_refused_again_and_again_is_told_once_that_it_needs_an_operator() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var id = store.memberOf("job-px-0").orElseThrow().id();
        var ledger = context.getBean(TaskLedger.class);
        var planned = store.member(id).orElseThrow().in(State.PLANNED, "", Instant.now());
        context.getBean(MemberNotices.class).planned(campaign, planned, Instant.now());

        for (int attempt = 1; attempt <= 3; attempt++) {
            var member = store.member(id).orElseThrow();
            var job = Delivery.jobId(member);
            store.write(member.with(job).in(State.DELIVERED, "", Instant.now()));
            var task = TaskSample.waiting()
                    .job(job)
                    .proxy("px-0")
                    .project(member.projectId())
                    .key(member.key())
                    .planned(requireNonNull(member.executeAt()), Duration.ofHours(1));
            ledger.record(task.task(), List.of());
            ledger.record(task.task(), List.of(new TaskEvent(job, 1, Instant.now(), "ADMITTED", null, "it waits")));
            ledger.record(
                    task.ended("REFUSED", Task.Status.FAILED).task(),
                    List.of(new TaskEvent(job, 2, Instant.now(), "REFUSED", null, "an agent is silent")));
        }

        assertThat(store.member(id).orElseThrow().state()).isEqualTo(State.NEEDS_OPERATOR);
        assertThat(told()).containsExactlyInAnyOrderEntriesOf(Map.of("PLANNED", 1, "NEEDS_OPERATOR", 1));
    }

    /** Its catalogue may have got a newer version meanwhile. */
    @Test
    void a_campaigns_upgrade_is_told_in_its_members_thread_whatever_its_target_and_an_owners_own_is_not() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var member = store.memberOf("job-px-0").orElseThrow();
        isToldThePlan(campaign, member);
        sql.change("update notice set target_version = '2.6.12.5'");
        var ledger = context.getBean(TaskLedger.class);
        var sample = TaskSample.running().proxy("px-0").project(member.projectId());

        for (var task : List.of(
                sample.job("own").task(),
                sample.job("job-px-0").key(member.key()).task())) {
            ledger.record(task, List.of());
            ledger.record(task, List.of(new TaskEvent(task.jobId(), 1, Instant.now(), "ADMITTED", null, "it begins")));
        }

        assertThat(sql.list("select thread from notice where kind = 'STARTED' order by id", row -> row.text("thread")))
                .containsExactly("job:own", "member:" + member.id());
    }

    /** Nothing but the ledger's event tells of it: no workflow is there any more. */
    @Test
    void a_begun_upgrade_that_is_ended_from_outside_before_any_change_is_told_as_cancelled() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var member = store.memberOf("job-px-0").orElseThrow();
        isToldThePlan(campaign, member);
        assertThat(gate.begin("job-px-0")).isEmpty();

        ends(member, "CANCELLED", "ENDED_FROM_OUTSIDE");

        assertThat(store.member(member.id()).orElseThrow().state()).isEqualTo(State.FAILED);
        assertThat(told()).containsExactlyInAnyOrderEntriesOf(Map.of("PLANNED", 1, "CANCELLED", 1));
    }

    @ParameterizedTest
    @CsvSource({"REFUSED, REFUSED", "CANCELLED, ENDED_FROM_OUTSIDE"})
    void one_whose_task_comes_to_nothing_after_its_campaign_is_over_needs_no_operator(String outcome, String event) {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        var member = store.memberOf("job-px-0").orElseThrow();
        isToldThePlan(campaign, member);
        store.write(campaign.in(Campaign.State.HALTED, "enough", Instant.now()));

        ends(member, outcome, event);

        assertThat(store.member(member.id()).orElseThrow().state()).isEqualTo(State.CANCELLED);
        assertThat(told()).containsExactlyInAnyOrderEntriesOf(Map.of("PLANNED", 1, "CANCELLED", 1));
    }

    /** Running, and nobody else may upgrade that proxy. */
    private static TaskSample ownersUpgradeOf(Member member, TaskLedger ledger) {
        var own = TaskSample.running().job("own").proxy(member.proxyId()).project(member.projectId());
        ledger.record(own.task(), List.of());
        ledger.claimProxy(member.proxyId(), "own");
        return own;
    }

    private void isToldThePlan(Campaign campaign, Member member) {
        context.getBean(MemberNotices.class)
                .planned(campaign, member.in(State.PLANNED, "", Instant.now()), Instant.now());
    }

    private void ends(Member member, String outcome, String event) {
        var job = requireNonNull(member.jobId());
        var task = TaskSample.waiting()
                .job(job)
                .proxy(member.proxyId())
                .project(member.projectId())
                .key(member.key())
                .ended(outcome, Task.Status.FAILED)
                .task();
        context.getBean(TaskLedger.class)
                .record(task, List.of(new TaskEvent(job, 1, Instant.now(), event, null, "it is over")));
    }

    @Test
    void a_change_that_cannot_be_acted_on_holds_up_no_other_one() {
        sql.change("update node set version = 'torn' where proxy_id = 'px-0'");
        var inventory = context.getBean(Inventory.class);
        var old = KernelVersion.of("1.0.0.0");
        inventory.register(
                List.of(other(old, Lifecycle.DEFECTIVE), other(KernelVersion.of("1.0.0.1"), Lifecycle.ACTIVE)));
        inventory.register(new Inventory.Fleet(
                List.of(),
                List.of(new Instance("in-other", "p-0", "other", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT)),
                List.of(new Proxy(
                        "px-other",
                        "in-other",
                        "other",
                        "127.0.0.1",
                        3306,
                        Proxy.Mode.SINGLE,
                        "sandbox",
                        Proxy.Status.NORMAL,
                        List.of(new Node(
                                "n-other",
                                "px-other",
                                "n1",
                                Node.Role.PRIMARY,
                                "az",
                                "node:n-other",
                                old,
                                Node.Status.NORMAL,
                                null,
                                Instant.now(),
                                0))))));

        var log = LogLines.of(BadVersions.class, context.getBean(BadVersions.class)::look);

        assertThat(log).anyMatch(line -> line.contains("no campaign for haproxy 2.6.12.3 yet"));
        assertThat(campaigns.list(0, 10))
                .singleElement()
                .satisfies(it -> assertThat(it.version()).isEqualTo(old));
    }

    private static Kernel other(KernelVersion version, Lifecycle lifecycle) {
        var like = kernel(version, lifecycle, null);
        var reason = lifecycle == Lifecycle.ACTIVE ? "" : "it leaks";
        return new Kernel("sandbox", version, lifecycle, reason, version + "-other", "", null, like.packages());
    }

    @Test
    void one_that_gets_no_further_holds_up_the_next_wave_no_longer_than_its_wave_may_take() {
        var campaign = started(strategy(100, 100, 100, "100%", "4", "rest"));
        var steps = context.getBean(CampaignSteps.class);
        sql.change("update campaign_member set state = 'DONE' where stage = 1 and position > 0");

        steps.next(campaign.id());
        assertThat(campaigns.campaign(campaign.id()).soakSince()).isNull();

        sql.change("update campaign set stage_since = ?", Instant.now().minus(Duration.ofDays(7 + 3 + 1)));
        steps.next(campaign.id());
        assertThat(campaigns.campaign(campaign.id()).soakSince()).isNotNull();

        sql.change("update campaign set soak_since = ?", Instant.now().minus(Duration.ofDays(1)));
        steps.next(campaign.id());
        assertThat(campaigns.campaign(campaign.id()).stage()).isEqualTo(2);
    }

    /** As of a ring that nobody chose. */
    @Test
    void a_wave_that_nobody_is_in_is_neither_watched_nor_asked_a_person_about() {
        var nobody = new Strategy.Wave(
                Amount.of("rest"), "nowhere", null, null, Duration.ofDays(1), Duration.ofDays(7), false);
        var usual = strategy(100, 100, 100, "100%", "rest");
        var strategy = new Strategy(
                List.of(nobody, usual.waves().getFirst()),
                100,
                100,
                100,
                usual.tolerated(),
                usual.leadTime(),
                usual.apart());
        var plan = campaigns.plan(wish(strategy));
        assertThat(plan.waves().get(1).first().orElseThrow())
                .isBefore(Instant.now().plus(usual.leadTime()).plus(Duration.ofDays(1)));
        var campaign = started(strategy);

        context.getBean(CampaignSteps.class).next(campaign.id());

        assertThat(campaigns.campaign(campaign.id()))
                .satisfies(after -> assertThat(after.state()).isEqualTo(Campaign.State.RUNNING))
                .satisfies(after -> assertThat(after.stage()).isEqualTo(2));
    }

    /** The gate after a stage has three answers; two of four may fail. */
    @ParameterizedTest
    @CsvSource({
        "DONE DONE DONE DONE,                      RUNNING,  2",
        "DONE DONE DELIVERED NEEDS_OPERATOR,       RUNNING,  2",
        "DONE DONE FAILED HELD,                    RUNNING,  2",
        "DONE DELIVERED DELIVERED DELIVERED,       AWAITING, 1",
        "NEEDS_OPERATOR INQUIRING DELIVERED OWN,   AWAITING, 1",
        "DONE FAILED FAILED HELD,                  HALTED,   1"
    })
    void after_its_soak_a_wave_leads_on_or_waits_for_a_person_or_ends_the_campaign(
            String members, Campaign.State state, int stage) {
        var campaign = started(strategy(100, 100, 100, "2", "4", "rest"));
        var position = 0;
        for (var each : members.split(" ")) {
            sql.change("update campaign_member set state = ? where stage = 1 and position = ?", each, position++);
        }
        sql.change("update campaign set soak_since = ?", Instant.now().minusSeconds(2));

        context.getBean(CampaignSteps.class).next(campaign.id());

        assertThat(campaigns.campaign(campaign.id()))
                .satisfies(after -> assertThat(after.state()).as(after.note()).isEqualTo(state))
                .satisfies(after -> assertThat(after.stage()).isEqualTo(stage));
        if (state == Campaign.State.AWAITING) {
            assertThat(campaigns.campaign(campaign.id()).note()).contains("is for a person to say");
        }
    }

    /** As when a database was restored to a moment before it, and its upgrade went on. */
    @ParameterizedTest
    @CsvSource({"DONE, DONE", "MIXED, FAILED"})
    void the_end_of_its_task_tells_how_it_ended_where_the_event_that_said_so_was_lost(String outcome, State state) {
        started(strategy(100, 100, 100, "100%", "rest"));
        assertThat(gate.begin("job-px-0")).isEmpty();
        var task = TaskSample.running().job("job-px-0").proxy("px-0").project("p-0");

        context.getBean(TaskLedger.class)
                .record(
                        task.ended(outcome, Task.Status.COMPLETED).task(),
                        List.of(new TaskEvent("job-px-0", 9, Instant.now(), "ENDED", null, "it is over")));

        assertThat(store.memberOf("job-px-0").orElseThrow().state()).isEqualTo(state);
    }

    @Test
    void an_owner_cancels_once_and_moves_until_the_deadline() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));

        assertThat(gate.refuses("job-px-0", Command.CANCEL, null)).isEmpty();
        assertThat(gate.refuses("job-px-0", Command.RESCHEDULE, campaign.deadline()))
                .isEmpty();
        assertThat(gate.refuses(
                        "job-px-0", Command.RESCHEDULE, campaign.deadline().plusSeconds(1)))
                .hasValueSatisfying(words -> assertThat(words).contains("is after the deadline"));
        sql.change("update campaign_member set cancels = 1 where proxy_id = 'px-0'");
        assertThat(gate.refuses("job-px-0", Command.CANCEL, null))
                .hasValueSatisfying(words -> assertThat(words).startsWith("it was cancelled once already"));
    }

    @Test
    void a_critical_one_is_told_a_shorter_time_ahead_and_cannot_be_cancelled() {
        assertThat(campaigns.usual(Level.CRITICAL).leadTime()).isEqualTo(Duration.ofHours(24));
        assertThat(campaigns.usual(Level.MAJOR).leadTime()).isEqualTo(Duration.ofHours(72));
        started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign set level = 'CRITICAL'");

        assertThat(gate.refuses("job-px-0", Command.CANCEL, null))
                .hasValueSatisfying(words -> assertThat(words).contains("CRITICAL cannot be cancelled"));
    }

    @ParameterizedTest
    @CsvSource({"1, 12:00, is not in the maintenance window", "40, 03:00, is after the deadline"})
    void an_event_is_moved_neither_out_of_its_window_nor_past_the_deadline(int days, LocalTime time, String words) {
        started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var before = store.members(campaigns.list(0, 1).getFirst().id(), null, null, 0, 1)
                .getFirst();
        var start = LocalDate.now(ZoneOffset.UTC).plusDays(days).atTime(time).toInstant(ZoneOffset.UTC);

        assertThatThrownBy(() -> context.getBean(PlannedEvents.class).move(before.id(), start, null, "vera"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(words);

        assertThat(store.member(before.id())).contains(before);
    }

    @Test
    void an_event_that_has_no_task_yet_is_cancelled_and_then_inquires() {
        started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var events = context.getBean(PlannedEvents.class);
        var id = store.members(campaigns.list(0, 1).getFirst().id(), null, null, 0, 1)
                .getFirst()
                .id();

        var cancelled = events.cancel(id, "vera");

        assertThat(cancelled.state()).isEqualTo(State.INQUIRING);
        assertThat(cancelled.executeAt())
                .isAfterOrEqualTo(campaigns.list(0, 1).getFirst().deadline());
        assertThatThrownBy(() -> events.cancel(id, "vera")).isInstanceOf(Refused.class);
        var page = context.getBean(EventList.class).page(query(cancelled.projectId()));
        assertThat(page.counts())
                .containsEntry(EventList.Status.INQUIRING, 1)
                .containsEntry(EventList.Status.WAITING, 9);
        assertThat(page.events()).hasSize(10);
    }

    /** Temporal was away when its task was to be made; the member has kept the job. */
    @Test
    void an_event_whose_task_could_not_be_made_is_cancelled_and_no_run_works_for_that_task_any_more() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var read = store.members(campaign.id(), null, null, 0, 1).getFirst();
        var job = Delivery.jobId(read);
        store.write(read.with(job));
        var events = context.getBean(PlannedEvents.class);
        assertThatThrownBy(() -> events.cancel(read.id(), "vera"))
                .as("it is being made")
                .isInstanceOf(Refused.class);
        var ledger = context.getBean(TaskLedger.class);
        ledger.instruct(new Instruction(job, job, Instruction.UPGRADE, "{}", "anna", Instant.EPOCH, null));

        assertThat(events.cancel(read.id(), "vera").state()).isEqualTo(State.INQUIRING);

        ledger.workFor(job, "late");
        assertThat(ledger.runOf(job)).isEmpty();
    }

    @Test
    void an_event_whose_window_its_owner_has_changed_goes_to_an_opening_of_the_present_one() {
        var campaign = started(strategy(100, 100, 100, "100%", "rest"));
        sql.change("update campaign_member set state = 'PLANNED', job_id = null");
        var planned = store.members(campaign.id(), null, null, 0, 1).getFirst();
        var openings = context.getBean(Openings.class);
        var advice = context.getBean(Upgrades.class).advice(planned.proxyId());
        assertThat(openings.opening(campaign, planned, advice)).contains(planned.opening());
        var inventory = context.getBean(Inventory.class);
        var before = inventory.instance(planned.instanceId()).orElseThrow().window();
        var after =
                new MaintenanceWindow(before.start().plusHours(6), before.end().plusHours(6), before.zone());
        inventory.setWindow(planned.instanceId(), after);

        var opening = openings.opening(campaign, planned, advice).orElseThrow();

        assertThat(opening.opens()).as("not before it was told").isAfterOrEqualTo(planned.executeAt());
        assertThat(after.isOpen(opening.opens())).as(opening + " in " + after).isTrue();
        assertThat(after.isOpen(opening.closes().minusMillis(1))).isTrue();
    }

    @Test
    void owners_are_told_of_what_has_no_task_yet_what_needs_an_operator_and_what_is_off() {
        sql.change("update node set observed_at = null where proxy_id = 'px-4'");
        var plan = campaigns.plan(wish(strategy(100, 100, 100, "100%", "rest")));
        var planned = plan.campaign().nextStage(Instant.now());
        store.put(new Plan(planned, plan.members(), plan.waves()));
        var notices = context.getBean(MemberNotices.class);

        plan.members().forEach(member -> notices.planned(planned, member, Instant.now()));
        assertThat(told()).containsExactlyInAnyOrderEntriesOf(Map.of("PLANNED", PROXIES - 1, "NEEDS_OPERATOR", 1));

        var first = store.members(planned.id(), State.PLANNED, null, 0, 1).getFirst();
        context.getBean(PlannedEvents.class).cancel(first.id(), "vera");
        assertThat(told()).containsEntry("CANCELLED", 1);
        assertThat(sql.list("select planned_at from notice where kind = 'CANCELLED'", row -> row.instant("planned_at")))
                .as("the time that it is not at any more")
                .containsExactly(first.executeAt());

        notices.halted(planned.in(Campaign.State.HALTED, "the target is bad, too", Instant.now()), Instant.now());
        assertThat(told())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("PLANNED", PROXIES - 1, "NEEDS_OPERATOR", 1, "CANCELLED", PROXIES + 1));
    }

    /** How many notices of each kind there are. */
    private Map<String, Integer> told() {
        return sql
                .list(
                        "select kind, count(*) as many from notice group by kind",
                        row -> Map.entry(row.text("kind"), row.number("many")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static EventList.Query query(String project) {
        return new EventList.Query(
                project, null, null, null, Level.MAJOR, EventList.Sort.PLANNED_EXECUTION_TIME, false, 0, 100);
    }

    /** A campaign at work whose members all have tasks. */
    private Campaign started(Strategy strategy) {
        var plan = campaigns.plan(wish(strategy));
        var campaign = plan.campaign().nextStage(Instant.now());
        store.put(new Plan(campaign, plan.members(), plan.waves()));
        sql.change(
                "update campaign_member set state = 'DELIVERED', job_id = concat('job-', proxy_id) where campaign_id = ?",
                campaign.id());
        return store.campaign(campaign.id()).orElseThrow();
    }

    private static List<String> all() {
        return IntStream.range(0, PROXIES).mapToObj(i -> "job-px-" + i).toList();
    }

    /** How many of them begin, who ask all at once. */
    private long begun(List<String> jobs) throws Exception {
        var before = running();
        try (var callers = Executors.newFixedThreadPool(8)) {
            var calls = jobs.stream()
                    .<Callable<Boolean>>map(job -> () -> gate.begin(job).isEmpty())
                    .toList();
            for (var answer : callers.invokeAll(calls)) answer.get();
        }
        return running() - before;
    }

    private int running() {
        return sql.first(
                        "select count(*) as many from campaign_member where state = 'RUNNING'",
                        row -> row.number("many"))
                .orElseThrow();
    }

    private static Member member(Plan plan, String proxyId) {
        return plan.members().stream()
                .filter(member -> member.proxyId().equals(proxyId))
                .findFirst()
                .orElseThrow();
    }

    private static Wish wish(@Nullable Strategy strategy) {
        return wish(null, null, strategy);
    }

    private static Wish wish(@Nullable Level level, @Nullable Instant deadline, @Nullable Strategy strategy) {
        return new Wish("haproxy", OLD.toString(), level, deadline, strategy, null, "anna");
    }

    static Strategy strategy(int atOnce, int perProject, int perMinute, String tolerated, String... waves) {
        return new Strategy(
                IntStream.range(0, waves.length)
                        .mapToObj(i -> new Strategy.Wave(
                                Amount.of(waves[i]),
                                null,
                                null,
                                null,
                                Duration.ofSeconds(1),
                                Duration.ofDays(7),
                                false))
                        .toList(),
                atOnce,
                perProject,
                perMinute,
                Amount.of(tolerated),
                Duration.ofHours(72),
                Duration.ofDays(30));
    }

    private void register() {
        var instances = new ArrayList<Instance>();
        var proxies = new ArrayList<Proxy>();
        for (int i = 0; i < PROXIES; i++) {
            instances.add(new Instance(
                    "in-" + i, "p-" + i % 2, "db " + i, Instance.Status.NORMAL, MaintenanceWindow.DEFAULT));
            proxies.add(new Proxy(
                    "px-" + i,
                    "in-" + i,
                    "proxy " + i,
                    "127.0.0.1",
                    3306,
                    Proxy.Mode.HA,
                    "haproxy",
                    Proxy.Status.NORMAL,
                    List.of(node("px-" + i, Node.Role.PRIMARY), node("px-" + i, Node.Role.STANDBY))));
        }
        var projects = List.of(new Project("p-0", "Shop", "eu-de"), new Project("p-1", "Bank", "eu-nl"));
        var contacts = projects.stream()
                .map(project -> new ContactList(project.id(), null, List.of(contact(project.id()))))
                .toList();
        context.getBean(Inventory.class)
                .register(new Inventory.Fleet(projects, instances, proxies, Set.of(), Set.of(), contacts, Map.of()));
    }

    private static Contact contact(String project) {
        return Contact.of(project, null, "owners", project + "@example.com", null, null, null, null);
    }

    private static Node node(String proxy, Node.Role role) {
        var id = proxy + "-" + role;
        return new Node(id, proxy, id, role, "az", "node:" + id, OLD, Node.Status.NORMAL, null, Instant.now(), 0);
    }

    private void lifecycle(Lifecycle old, @Nullable Instant expires) {
        context.getBean(Inventory.class)
                .register(List.of(kernel(OLD, old, expires), kernel(NEW, Lifecycle.ACTIVE, null)));
    }

    private static Kernel kernel(KernelVersion version, Lifecycle lifecycle, @Nullable Instant expires) {
        var made = new Kernel.KernelPackage("amd64", "https://packages.example/" + version, "a".repeat(64));
        return new Kernel(
                "haproxy",
                version,
                lifecycle,
                lifecycle == Lifecycle.ACTIVE ? "" : "it leaks",
                version + "-1",
                "",
                expires,
                List.of(made));
    }
}
