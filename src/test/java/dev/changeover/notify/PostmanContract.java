package dev.changeover.notify;

import static dev.changeover.contact.Channel.EMAIL;
import static dev.changeover.contact.Channel.SMS;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.campaign.Amount;
import dev.changeover.campaign.Strategy;
import dev.changeover.contact.Channel;
import dev.changeover.contact.Contact;
import dev.changeover.contact.Contacts;
import dev.changeover.database.KillSwitch;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Project;
import dev.changeover.notify.Delivery.Status;
import dev.changeover.notify.Notice.Kind;
import dev.changeover.notify.Notice.Level;
import dev.changeover.notify.Sender.Result;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskSample;
import dev.changeover.telemetry.LogLines;
import dev.changeover.upgrade.EventKind;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.context.ApplicationContext;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.transaction.exceptions.TransactionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** None is lost, none is told twice: on every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PostmanContract {
    /** A Monday, at noon in UTC. */
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MovedClock clock = new MovedClock();
    private final ConcurrentLinkedQueue<Delivery> sent = new ConcurrentLinkedQueue<>();
    private final Map<String, String> sentAt = new ConcurrentHashMap<>();
    private Function<Delivery, Result> answer = delivery -> Result.SENT;
    private ApplicationContext context;
    private Sql sql;
    private Notices notices;
    private Contacts contacts;
    private Postman postman;
    private String project = "";
    private String instance = "";

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        sql = context.getBean(Sql.class);
        notices = context.getBean(Notices.class);
        contacts = context.getBean(Contacts.class);
        postman = postman();
    }

    @AfterAll
    void close() {
        context.close();
    }

    @BeforeEach
    void scene() {
        context.getBean(KillSwitch.class).revive();
        clock.now = NOON;
        sent.clear();
        answer = delivery -> Result.SENT;
        project = UUID.randomUUID().toString();
        instance = UUID.randomUUID().toString();
        context.getBean(Inventory.class)
                .register(new Inventory.Fleet(
                        List.of(new Project(project, "shop", "eu-de")),
                        List.of(new Instance(
                                instance, project, "orders", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT)),
                        List.of()));
        sql.change("delete from notice");
        sql.change("delete from delivery");
        sql.change("delete from campaign");
    }

    @Test
    void every_contact_of_instance_and_project_is_told_once_by_each_channel() {
        contact(instance, "Anna", "anna@example.com", "+4915112345678");
        contact(null, "Team", "team@example.com", null);
        contact(null, "Anna again", "anna@example.com", null);

        tell(Kind.PLANNED, "p1");
        workAfter(MINUTE);
        workAfter(MINUTE);

        assertThat(sent)
                .extracting(Delivery::address)
                .containsExactlyInAnyOrder("anna@example.com", "+4915112345678", "team@example.com");
        assertThat(sent).extracting(Delivery::id).doesNotHaveDuplicates();
        assertThat(statuses()).containsOnly(Status.SENT);
    }

    @Test
    void what_is_due_at_one_address_is_one_digest_in_order() {
        contact(null, "Team", "team@example.com", null);

        tell(Kind.PLANNED, "p1");
        tell(Kind.PLANNED, "p2");
        clock.now = clock.now.plus(Duration.ofSeconds(30));
        postman.work();
        tell(Kind.STARTED, "p3");
        workAfter(MINUTE);
        workAfter(MINUTE);

        assertThat(sent).hasSize(1);
        assertThat(sent.element().told())
                .extracting(told -> told.notice().proxyId())
                .containsExactly("p1", "p2", "p3");
    }

    @Test
    void what_is_held_goes_before_everything_else_that_is_due() {
        for (int i = 0; i < 12; i++) contact(instance, "c" + i, "c" + i + "@example.com", null);
        for (int i = 0; i < 60; i++) tell(Kind.STARTED, "p" + i);
        tell(Kind.HELD, "held");

        assertThat(context.getBean(Outbox.class).address(clock.now)).isTrue();
        assertThat(sql.list("select kind from notice where state = 'ADDRESSED'", row -> row.text("kind")))
                .containsExactly("HELD");
        workAfter(MINUTE);

        assertThat(sent.stream().limit(12).toList())
                .allSatisfy(delivery -> assertThat(delivery.told())
                        .anyMatch(told -> told.notice().kind() == Kind.HELD));
    }

    @Test
    void one_whose_row_cannot_be_read_holds_up_no_other_one() {
        contact(instance, "Anna", "anna@example.com", null);
        tell(Kind.STARTED, "torn");
        tell(Kind.STARTED, "whole");
        sql.change("update notice set target_version = 'torn' where proxy_id = 'torn'");

        var log = LogLines.of(Outbox.class, () -> workAfter(MINUTE));

        assertThat(sent)
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.told())
                        .extracting(told -> told.notice().proxyId())
                        .containsExactly("whole"));
        assertThat(log).singleElement().asString().contains("cannot be read");
        assertThat(sql.list("select state from notice where proxy_id = 'torn'", row -> row.text("state")))
                .containsExactly("UNREADABLE");
        assertThat(unreached()).isEqualTo(new NoticeList.Unreached(1, 0));
    }

    @Test
    void a_list_leaves_out_what_cannot_be_read() {
        tell(Kind.STARTED, "torn");
        tell(Kind.STARTED, "whole");
        sql.change("update notice set kind = 'torn' where proxy_id = 'torn'");

        assertThat(context.getBean(NoticeList.class)
                        .page(project, null, null, 0, 10)
                        .notices())
                .extracting(line -> line.told().notice().proxyId())
                .containsExactly("whole");
    }

    /** Its own row is whole. */
    @Test
    void one_that_cannot_be_addressed_is_addressed_later() {
        contact(instance, "Anna", "anna@example.com", null);
        tell(Kind.STARTED, "p1");
        sql.change("update contact set quiet = 'torn' where project_id = ?", project);

        var log = LogLines.of(Outbox.class, () -> workAfter(MINUTE));
        assertThat(sent).isEmpty();
        assertThat(log).singleElement().asString().contains("cannot be addressed");

        sql.change("update contact set quiet = 'none' where project_id = ?", project);
        workAfter(Duration.ofMinutes(10));
        workAfter(MINUTE);
        assertThat(sent).hasSize(1);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_delivery_that_cannot_be_read_holds_up_no_other_one_and_is_tried_later() {
        contact(instance, "Anna", "anna@example.com", null);
        tell(Kind.HELD, "held");
        answer = delivery -> new Result.Later("421 busy", false);
        workAfter(MINUTE);
        sent.clear();
        answer = delivery -> Result.SENT;
        sql.change("update notice set target_version = 'torn' where proxy_id = 'held'");
        tell(Kind.STARTED, "p2");

        workAfter(MINUTE);
        assertThat(sent)
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.told())
                        .extracting(told -> told.notice().proxyId())
                        .containsExactly("p2"));

        sql.change("update notice set target_version = '2.6.12.4' where proxy_id = 'held'");
        workAfter(Duration.ofMinutes(6));
        assertThat(sent).hasSize(2);
    }

    @Test
    void an_address_that_the_database_does_not_take_holds_up_no_other_one() {
        contact(null, "anna", "anna@example.com", null);
        contact(null, "bert", "bert@example.com", null);
        tell(Kind.HELD, "px-1");
        sql.change("alter table delivery add constraint no_bert check (address <> 'bert@example.com')");

        workAfter(MINUTE);
        workAfter(MINUTE);

        assertThat(sql.list("select address from delivery", row -> row.text("address")))
                .containsExactly("anna@example.com");
        sql.change("alter table delivery drop constraint no_bert");
        workAfter(MINUTE);
        assertThat(statuses()).containsExactly(Status.SENT, Status.SENT);
    }

    @Test
    void nobody_to_tell_is_visible() {
        tell(Kind.PLANNED, "p1");
        workAfter(MINUTE);

        assertThat(sql.list("select state from notice", row -> row.text("state")))
                .containsExactly("NOBODY");
        assertThat(unreached()).isEqualTo(new NoticeList.Unreached(1, 0));
    }

    @Test
    void quiet_hours_hold_all_but_held() {
        contact(null, "Team", "team@example.com", null);
        clock.now = Instant.parse("2026-11-30T22:30:00Z");

        tell(Kind.STARTED, "p1");
        workAfter(MINUTE);
        assertThat(sent).isEmpty();

        tell(Kind.HELD, "p2");
        workAfter(Duration.ZERO);
        assertThat(sent).hasSize(1);

        clock.now = Instant.parse("2026-12-01T06:59:00Z");
        postman.work();
        assertThat(sent).hasSize(1);
        clock.now = Instant.parse("2026-12-01T07:00:00Z");
        postman.work();
        assertThat(sent).hasSize(2);
    }

    /** A campaign was started at night. */
    @ParameterizedTest
    @CsvSource({"72, 72, 1", "72, 80, 1", "72, 81, 0", "24, 32, 1", "24, 33, 0", "240, 248, 1", "240, 249, 0"})
    void quiet_hours_take_nothing_from_the_lead_time_of_a_campaigns_plan(int lead, int hours, int messages) {
        campaign(Duration.ofHours(lead));
        contact(null, "Team", "team@example.com", null);
        clock.now = Instant.parse("2026-11-30T22:05:00Z");
        tell(Kind.PLANNED, "p1", clock.now.plus(Duration.ofHours(hours)));

        workAfter(MINUTE);
        assertThat(sent).hasSize(messages);

        clock.now = Instant.parse("2026-12-01T07:00:00Z");
        postman.work();
        assertThat(sent).isNotEmpty();
    }

    /** A receiver was away, or the server itself. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_could_not_be_sent_in_time_does_not_wake_anybody(boolean tried) {
        contact(null, "Team", "team@example.com", "+4915112345678");
        clock.now = Instant.parse("2026-11-30T21:50:00Z");
        answer = delivery -> new Result.Later("421 busy", false);
        tell(Kind.PLANNED, "p1");
        if (tried) workAfter(MINUTE);
        var before = sent.size();

        clock.now = Instant.parse("2026-11-30T22:00:00Z");
        everyHour(Duration.ofHours(8));
        assertThat(sent).hasSize(before);

        answer = delivery -> Result.SENT;
        clock.now = Instant.parse("2026-12-01T07:00:00Z");
        postman.work();
        assertThat(sent).hasSize(before + 2);
        assertThat(statuses()).containsOnly(Status.SENT);
    }

    @Test
    void an_owner_is_reminded_as_far_as_time_allows_and_of_no_plan_that_was_moved() {
        contact(null, "Team", "team@example.com", null);
        tell(Kind.PLANNED, "p1", NOON.plus(Duration.ofDays(4)));

        everyHour(Duration.ofDays(2));
        assertThat(times()).containsExactly("p1 30T12", "p1 1T12");

        tell(Kind.RESCHEDULED, "p1", NOON.plus(Duration.ofDays(10)));
        everyHour(Duration.ofDays(9));
        assertThat(times()).containsExactly("p1 30T12", "p1 1T12", "p1 2T12", "p1 3T12", "p1 7T12", "p1 9T12");
    }

    /** Its campaign has not looked at it again yet. */
    @ParameterizedTest
    @CsvSource({"SERVING, 2", "CANCELLED, 4"})
    void an_owner_is_reminded_of_a_campaigns_plan_unless_an_upgrade_of_its_own_serves(Kind own, int messages) {
        contact(null, "Team", "team@example.com", null);
        tell(Kind.PLANNED, "p1", NOON.plus(Duration.ofDays(4)));
        workAfter(MINUTE);
        var version = KernelVersion.of("2.6.12.3");
        notices.tell(new Notice(
                UUID.randomUUID().toString(),
                own,
                Level.INFO,
                project,
                instance,
                "p1",
                "own",
                null,
                null,
                version,
                version,
                null,
                null,
                "",
                clock.now));

        everyHour(Duration.ofDays(4));

        assertThat(sent).hasSize(messages);
    }

    @Test
    void nothing_is_lost_or_told_under_two_ids_when_a_server_dies_while_it_sends() {
        contact(null, "Team", "team@example.com", null);
        tell(Kind.PLANNED, "p1");
        answer = delivery -> {
            throw new Died();
        };
        var log = LogLines.of(Postman.class, () -> workAfter(MINUTE));
        assertThat(log)
                .singleElement()
                .asString()
                .contains("delivery " + sent.element().id() + " broke off");
        assertThat(statuses()).containsExactly(Status.WAITING);

        answer = delivery -> Result.SENT;
        workAfter(MINUTE);
        assertThat(sent).as("the attempt may still be going on").hasSize(1);
        workAfter(Duration.ofMinutes(5));

        assertThat(sent).hasSize(2);
        assertThat(sent).extracting(Delivery::id).containsOnly(sent.element().id());
        assertThat(statuses()).containsExactly(Status.SENT);
    }

    @Test
    void no_contact_gets_none_nor_two_ids_at_whatever_step_the_server_dies() {
        var kill = context.getBean(KillSwitch.class);
        var deaths = 0;
        for (var died = true; died; deaths++) {
            scene();
            contact(instance, "Anna", "anna@example.com", "+4915112345678");
            contact(null, "Team", "team@example.com", null);
            var tasks = List.of(task("p1"), task("p2"));

            kill.dieAfter(deaths);
            everythingIsDone(tasks);
            died = kill.isDead();
            kill.revive();
            for (int repeated = 0; repeated < 4; repeated++) {
                clock.now = clock.now.plus(Duration.ofMinutes(10));
                everythingIsDone(tasks);
            }

            var told = sent.stream()
                    .flatMap(delivery -> delivery.told().stream()
                            .map(one -> "%s %s %s"
                                    .formatted(delivery.address(), one.notice().proxyId(), delivery.id())))
                    .toList();
            assertThat(told.stream().distinct())
                    .as("death after step %d", deaths)
                    .hasSize(3 * 2)
                    .extracting(one -> one.substring(0, one.lastIndexOf(' ')))
                    .doesNotHaveDuplicates();
            assertThat(told)
                    .filteredOn(one -> one.startsWith("+4915112345678 p1"))
                    .hasSizeBetween(1, 2);
            assertThat(statuses()).isSubsetOf(Status.SENT, Status.UNKNOWN);
        }
        assertThat(deaths).as("so many steps there are").isGreaterThan(50);
    }

    /** A ledger's record, as the workflow repeats it until it has succeeded, and the postman's round. */
    private void everythingIsDone(List<Task> tasks) {
        try {
            tasks.forEach(task -> context.getBean(TaskLedger.class)
                    .record(
                            task,
                            List.of(new TaskEvent(
                                    task.jobId(), 1, clock.now, EventKind.HELD.name(), "n1", "no disk"))));
            postman.work();
        } catch (DataAccessException | TransactionException died) {
            assertThat(context.getBean(KillSwitch.class).isDead()).isTrue();
        }
    }

    private Task task(String proxy) {
        return TaskSample.running()
                .project(project)
                .instance(instance, "orders")
                .proxy(proxy)
                .task();
    }

    @Test
    void an_sms_that_may_have_been_sent_is_sent_again_at_most_once() {
        contact(null, "Team", null, "+4915112345678");
        tell(Kind.PLANNED, "p1");
        answer = delivery -> {
            throw new Died();
        };
        workAfter(MINUTE);
        answer = delivery -> new Result.Maybe("no answer");
        workAfter(Duration.ofMinutes(6));
        everyHour(Duration.ofHours(9));

        assertThat(sent).hasSize(2);
        assertThat(statuses()).containsExactly(Status.UNKNOWN);
    }

    @Test
    void a_test_message_that_breaks_its_sender_costs_no_other_its_result() {
        contact(null, "Anna", "anna@example.com", "+4915112345678");
        contact(null, "Team", "team@example.com", null);
        answer = delivery -> {
            if (delivery.channel() == SMS) throw new Died();
            return Result.SENT;
        };

        var results = postman.test(contacts.ofProject(project));

        assertThat(results.values())
                .flatExtracting(byChannel -> byChannel.entrySet())
                .extracting(each -> each.getKey() + " " + (each.getValue() == Result.SENT))
                .containsExactlyInAnyOrder("EMAIL true", "SMS false", "EMAIL true");
    }

    @Test
    void a_failure_is_tried_again_ever_later_for_a_day() {
        contacts.put(Contact.of(project, null, "Team", "team@example.com", null, null, null, "none"));
        tell(Kind.PLANNED, "p1", null);
        answer = delivery -> new Result.Later("421 busy", false);

        for (int minute = 0; minute < 26 * 60; minute++) workAfter(MINUTE);

        assertThat(sent).hasSizeBetween(25, 40);
        assertThat(statuses()).containsExactly(Status.FAILED);
        assertThat(sql.list("select reason from delivery", row -> row.text("reason")))
                .containsExactly("421 busy");
    }

    @Test
    void what_cannot_be_delivered_is_visible_and_not_tried_again() {
        contact(null, "Team", "team@example.com", null);
        tell(Kind.PLANNED, "p1", null);
        answer = delivery -> Result.bounced("550 no such mailbox");

        workAfter(MINUTE);
        everyHour(Duration.ofHours(5));

        assertThat(sent).hasSize(1);
        assertThat(statuses()).containsExactly(Status.BOUNCED);
        assertThat(unreached()).isEqualTo(new NoticeList.Unreached(0, 1));
    }

    @Test
    void the_log_has_one_line_for_all_where_a_channel_is_off_and_none_for_all_where_mailboxes_are_gone() {
        IntStream.range(0, 20).forEach(index -> contact(instance, "c" + index, "c" + index + "@example.com", null));
        tell(Kind.PLANNED, "p1");
        answer = delivery -> Result.off("no mail server is configured");

        assertThat(LogLines.of(DeliveryLog.class, () -> workAfter(MINUTE)))
                .containsExactly("20 deliveries by e-mail were not sent, which is told again when it changes:"
                        + " no mail server is configured");

        answer = delivery -> Result.bounced("550 no such mailbox");
        tell(Kind.STARTED, "p1");
        assertThat(LogLines.of(DeliveryLog.class, () -> workAfter(MINUTE)))
                .hasSize(20)
                .allMatch(line -> line.endsWith(" by e-mail has failed, BOUNCED: 550 no such mailbox"));
        assertThat(statuses()).contains(Status.OFF, Status.BOUNCED);
    }

    @Test
    void the_notices_of_a_campaign_say_who_was_told_and_who_was_not_reached() {
        contact(instance, "Team", "team@example.com", "+4915112345678");
        tell(Kind.PLANNED, "p1");
        workAfter(MINUTE);
        answer = delivery -> delivery.channel() == SMS ? Result.bounced("no such number") : Result.SENT;
        tell(Kind.PLANNED, "p2");
        workAfter(MINUTE);
        instance = "one without contacts";
        tell(Kind.PLANNED, "p3");
        workAfter(MINUTE);

        assertThat(told("c1", false))
                .containsExactly(
                        "p3 NOBODY",
                        "p2 ADDRESSED team@example.com SENT +4915112345678 BOUNCED",
                        "p1 ADDRESSED team@example.com SENT +4915112345678 SENT");
        assertThat(told("c1", true)).extracting(line -> line.substring(0, 2)).containsExactly("p3", "p2");
        assertThat(told("c2", false)).isEmpty();
        var part = context.getBean(NoticeList.class).ofCampaign("c1", true, 1, 1);
        assertThat(part.total()).isEqualTo(2);
        assertThat(part.notices())
                .singleElement()
                .satisfies(line -> assertThat(line.told().notice().proxyId()).isEqualTo("p2"));
    }

    private List<String> told(String campaign, boolean onlyUnreached) {
        return context.getBean(NoticeList.class).ofCampaign(campaign, onlyUnreached, 0, 10).notices().stream()
                .map(line -> Stream.concat(
                                Stream.of(line.told().notice().proxyId(), line.state()),
                                line.deliveries().stream().map(each -> each.address() + " " + each.status()))
                        .collect(joining(" ")))
                .toList();
    }

    /** Members of the campaign that everything here is told of. */
    private NoticeList.Unreached unreached() {
        return context.getBean(NoticeList.class).unreached("c1");
    }

    @Test
    void a_contact_that_was_removed_gets_nothing_more() {
        contact(null, "Team", "team@example.com", null);
        tell(Kind.PLANNED, "p1");
        postman.work();
        contacts.ofProject(project).forEach(contacts::remove);

        workAfter(MINUTE);

        assertThat(sent).isEmpty();
        assertThat(statuses()).containsExactly(Status.WITHDRAWN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nor_does_one_that_is_removed_or_moves_after_an_attempt_even_by_night(boolean moves) {
        contact(null, "Team", "team@example.com", null);
        clock.now = Instant.parse("2026-11-30T21:50:00Z");
        answer = delivery -> new Result.Later("421 busy", false);
        tell(Kind.PLANNED, "p1");
        workAfter(MINUTE);
        var before = sent.size();
        if (moves) contact(null, "Team", "others@example.com", null);
        else contacts.ofProject(project).forEach(contacts::remove);

        clock.now = Instant.parse("2026-11-30T22:00:00Z");
        everyHour(Duration.ofHours(10));

        assertThat(before).isPositive();
        assertThat(sent).hasSize(before);
        assertThat(statuses()).containsExactly(Status.WITHDRAWN);
    }

    @Test
    void who_has_the_address_of_one_that_was_removed_is_still_told() {
        contact(null, "Team", "team@example.com", null);
        contact(instance, "Zoe", "team@example.com", null);
        answer = delivery -> new Result.Later("421 busy", false);
        tell(Kind.PLANNED, "p1");
        workAfter(MINUTE);
        contacts.ofProject(project).forEach(contacts::remove);
        answer = delivery -> Result.SENT;

        workAfter(MINUTE);

        assertThat(statuses()).containsExactly(Status.SENT);
    }

    @Test
    void several_servers_send_nothing_twice() {
        contact(null, "Team", "team@example.com", "+4915112345678");
        IntStream.range(0, 40).forEach(index -> contact(instance, "c" + index, "c" + index + "@example.com", null));
        IntStream.range(0, 30).forEach(index -> tell(Kind.PLANNED, "p" + index));
        clock.now = clock.now.plus(MINUTE);

        try (var servers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int server = 0; server < 4; server++)
                servers.execute(() -> {
                    var own = postman();
                    own.work();
                    clock.now = NOON.plus(Duration.ofMinutes(3));
                    own.work();
                });
        }
        workAfter(MINUTE);

        var told = sent.stream()
                .flatMap(delivery -> delivery.told().stream().map(one -> delivery.address() + " " + one.id()))
                .toList();
        assertThat(told).hasSize(42 * 30).doesNotHaveDuplicates();
    }

    @Test
    void of_two_lists_of_contacts_that_are_put_at_once_one_counts() throws Exception {
        for (int round = 0; round < 20; round++) {
            var lists = IntStream.range(0, 2)
                    .mapToObj(list -> IntStream.range(0, 5)
                            .mapToObj(number -> Contact.of(
                                    project, instance, "c" + number, list + "@example.com", null, null, null, null))
                            .toList())
                    .toList();
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var put : callers.invokeAll(lists.stream()
                        .map(list -> Executors.callable(() -> contacts.replace(project, instance, list)))
                        .toList())) {
                    put.get();
                }
            }

            assertThat(contacts.ofInstance(instance))
                    .hasSize(5)
                    .extracting(Contact::email)
                    .containsOnly(contacts.ofInstance(instance).getFirst().email());
        }
    }

    private Postman postman() {
        return new Postman(
                context.getBean(Outbox.class),
                context.getBean(Digests.class),
                context.getBean(Deliveries.class),
                List.of(by(EMAIL), by(SMS)),
                clock);
    }

    private void workAfter(Duration time) {
        clock.now = clock.now.plus(time);
        postman.work();
    }

    private void everyHour(Duration time) {
        postman.work();
        for (var end = clock.now.plus(time); clock.now.isBefore(end); ) {
            workAfter(MINUTE);
            workAfter(Duration.ofMinutes(59));
        }
    }

    private void contact(@Nullable String of, String name, @Nullable String email, @Nullable String phone) {
        contacts.put(Contact.of(project, of, name, email, phone, null, null, null));
    }

    private void campaign(Duration lead) {
        var all = new Strategy.Wave(Amount.of("rest"), null, null, null, Duration.ZERO, Duration.ofDays(1), false);
        var strategy = new Strategy(List.of(all), 1, 1, 1, Amount.of("1"), lead, Duration.ZERO);
        sql.change("""
                insert into campaign (id, engine, version, target, level, state, stage, reason, note, strategy, created_by,
                    created_at, deadline)
                values ('c1', 'haproxy', '2.6.12.3', '2.6.12.4', 'MAJOR', 'RUNNING', 1, '', '', ?, 'anna', ?, ?)
                """, strategy.toJson(), NOON, NOON);
    }

    private void tell(Kind kind, String proxy) {
        tell(kind, proxy, null);
    }

    private void tell(Kind kind, String proxy, @Nullable Instant planned) {
        var version = KernelVersion.of("2.6.12.3");
        notices.tell(new Notice(
                UUID.randomUUID().toString(),
                kind,
                Level.MAJOR,
                project,
                instance,
                proxy,
                null,
                "c1",
                proxy,
                version,
                KernelVersion.of("2.6.12.4"),
                planned,
                planned,
                "",
                clock.now));
    }

    private List<String> times() {
        return sent.stream()
                .map(delivery -> delivery.told().getFirst().notice().proxyId() + " " + sentAt.get(delivery.id()))
                .toList();
    }

    private List<Status> statuses() {
        return sql.list("select status from delivery order by created_at", row -> row.constant(Status.class, "status"));
    }

    private Sender by(Channel channel) {
        return new Sender() {
            @Override
            public Channel channel() {
                return channel;
            }

            @Override
            public Result send(Delivery delivery) {
                context.getBean(KillSwitch.class).step();
                sent.add(delivery);
                var at = clock.now.atZone(ZoneOffset.UTC);
                sentAt.put(delivery.id(), at.getDayOfMonth() + "T" + at.getHour());
                return answer.apply(delivery);
            }
        };
    }

    /** The process ends. */
    private static final class Died extends RuntimeException {}

    private static final class MovedClock extends Clock {
        private volatile Instant now = NOON;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
