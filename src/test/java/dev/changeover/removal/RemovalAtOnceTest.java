package dev.changeover.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.api.Fleets;
import dev.changeover.campaign.run.CampaignScene;
import dev.changeover.database.Sql;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.FleetFile;
import dev.changeover.inventory.Inventory;
import dev.changeover.task.TaskLedger;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.ErrorCode;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import io.micronaut.context.ApplicationContext;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A removal at the same time as something else, on PostgreSQL, and a real Temporal where a submission is made. */
class RemovalAtOnceTest {
    private static final Duration PATIENT = Duration.ofMinutes(5);
    private static final String REASON = "it is gone";
    private static final String KEY = "the caller's";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);

    @TempDir
    Path directory = Path.of("");

    private Map<String, Object> database = Map.of();

    @BeforeEach
    void prepare() {
        database = TestDatabase.settings(TestDatabase.newPostgres("template1"));
    }

    @AfterEach
    void end() {
        over.countDown();
        threads.close();
    }

    @Test
    void a_submission_that_was_later_finds_no_proxy_any_more_and_leaves_nothing() throws Exception {
        try (var scene = new CampaignScene(directory, database)) {
            scene.fleet(1, 1, Duration.ZERO);
            var sql = scene.bean(Sql.class);
            var removal = held(sql, () -> scene.bean(Removal.class).proxy("px-000", REASON, true));

            var submission = threads.submit(() -> scene.bean(Upgrades.class).submit(submission(false)));
            awaitWaiting(sql);
            over.countDown();

            assertThat(removal.get(1, TimeUnit.MINUTES)).isPresent();
            assertThatThrownBy(submission::get).hasCauseInstanceOf(Upgrades.NotRegistered.class);
            assertThat(sql.count("select count(*) from task where proxy_id = 'px-000' and outcome is null"))
                    .isZero();
            assertThat(sql.count("select count(*) from proxy_claim")).isZero();
            assertThat(sql.count("select count(*) from claim")).isZero();
            assertThat(scene.bean(TemporalConnection.class)
                            .client()
                            .newUntypedWorkflowStub(UpgradeWorkflow.idOf("px-000", Submission.jobId("p-0", KEY)))
                            .describe()
                            .getStatus())
                    .isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED);
        }
    }

    @Test
    void a_submission_that_was_earlier_keeps_the_proxy() throws Exception {
        try (var scene = new CampaignScene(directory, database)) {
            scene.fleet(1, 1, Duration.ofHours(6));
            var sql = scene.bean(Sql.class);
            var claim = held(sql, () -> scene.bean(TaskLedger.class).claimProxy("px-000", "another"));

            var removal = threads.submit(() -> scene.bean(Removal.class).instance("in-000", REASON, true));
            awaitWaiting(sql);
            over.countDown();

            assertThat(claim.get(1, TimeUnit.MINUTES)).isEqualTo("another");
            assertThatThrownBy(removal::get)
                    .hasCauseInstanceOf(Removal.Refused.class)
                    .hasMessageContaining("job another has proxy px-000");
            scene.bean(TaskLedger.class).releaseProxy("another");
            assertThat(scene.bean(Upgrades.class).submit(submission(true))).isInstanceOf(Admission.Admitted.class);
            assertThatThrownBy(() -> scene.bean(Removal.class).instance("in-000", REASON, true))
                    .isInstanceOfSatisfying(
                            Removal.Refused.class,
                            refused -> assertThat(refused.error()).isEqualTo(ErrorCode.OTHER_RUNNING));
            assertThat(scene.bean(Inventory.class).proxy("px-000")).isPresent();
        }
    }

    @Test
    void of_two_servers_one_removes_it() throws Exception {
        try (var one = server();
                var other = server()) {
            registerIn(one);
            var sql = one.getBean(Sql.class);
            var first = held(sql, () -> one.getBean(Removal.class).instance("i-7", REASON, true));

            var second = threads.submit(() -> other.getBean(Removal.class).instance("i-7", REASON, true));
            awaitWaiting(sql);
            over.countDown();

            assertThat(first.get(1, TimeUnit.MINUTES)).isPresent();
            assertThat(second.get(1, TimeUnit.MINUTES)).isEmpty();
        }
    }

    @Test
    void of_two_servers_one_removes_a_proxy() throws Exception {
        try (var one = server();
                var other = server()) {
            registerIn(one);
            var sql = one.getBean(Sql.class);
            var first = held(sql, () -> one.getBean(Removal.class).proxy("x-7", REASON, true));

            var second = threads.submit(() -> other.getBean(Removal.class).proxy("x-7", REASON, true));
            awaitWaiting(sql);
            over.countDown();

            assertThat(first.get(1, TimeUnit.MINUTES)).isPresent();
            assertThat(second.get(1, TimeUnit.MINUTES)).isEmpty();
            assertThat(sql.count("select count(*) from proxy_claim")).isZero();
        }
    }

    @Test
    void a_fleet_that_is_registered_meanwhile_is_there_afterwards() throws Exception {
        try (var one = server();
                var other = server()) {
            registerIn(one);
            var sql = one.getBean(Sql.class);
            var first = held(sql, () -> one.getBean(Removal.class).instance("i-7", REASON, true));

            var second = threads.submit(() -> registerIn(other));
            awaitWaiting(sql);
            over.countDown();

            assertThat(first.get(1, TimeUnit.MINUTES)).isPresent();
            second.get(1, TimeUnit.MINUTES);
            assertThat(other.getBean(Inventory.class).proxy("x-7")).isPresent();
        }
    }

    @Test
    void what_is_registered_in_an_instance_that_is_removed_meanwhile_finds_none() throws Exception {
        try (var one = server();
                var other = server()) {
            registerIn(one);
            var sql = one.getBean(Sql.class);
            var inventory = other.getBean(Inventory.class);
            var file = FleetFile.read(Fleets.FILE.replace("x-7", "x-8").replace("n-", "m-"));
            var removal = held(sql, () -> one.getBean(Removal.class).instance("i-7", REASON, true));

            var proxy =
                    threads.submit(() -> inventory.register(new Inventory.Fleet(List.of(), List.of(), file.proxies())));
            var change = threads.submit(() -> inventory.register(file, met -> {
                throw new IllegalStateException("met " + met);
            }));
            Awaitility.await("both wait for it").atMost(PATIENT).until(() -> waiting(sql) == 2);
            over.countDown();

            assertThat(removal.get(1, TimeUnit.MINUTES)).isPresent();
            assertThatThrownBy(proxy::get)
                    .hasCauseInstanceOf(Inventory.Contradiction.class)
                    .hasMessageContaining("instance 'i-7' does not exist");
            assertThatThrownBy(change::get).hasRootCauseMessage("met []");
            assertThat(inventory.instance("i-7")).isEmpty();
        }
    }

    private static Submission submission(boolean scheduled) {
        return new Submission(
                "p-0",
                "in-000",
                "px-000",
                ScriptedNodes.OLD,
                ScriptedNodes.NEW,
                scheduled,
                KEY,
                "its body",
                "vera",
                false,
                null);
    }

    private ApplicationContext server() {
        var settings = new HashMap<>(database);
        settings.put("changeover.key-file", directory.resolve("secret.key").toString());
        return ApplicationContext.run(settings, "test");
    }

    private static void registerIn(ApplicationContext server) {
        server.getBean(Inventory.class).register(FleetFile.read(Fleets.FILE));
    }

    /** Does it, and lets others see it once {@link #over} is counted down. */
    private <T> Future<T> held(Sql sql, Supplier<T> work) throws InterruptedException {
        var done = new CountDownLatch(1);
        var result = threads.submit(() -> sql.together(() -> {
            var it = work.get();
            done.countDown();
            await(over);
            return it;
        }));
        done.await();
        return result;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void awaitWaiting(Sql sql) {
        Awaitility.await("somebody waits for a row").atMost(PATIENT).until(() -> waiting(sql) > 0);
    }

    private static int waiting(Sql sql) {
        return sql.count(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
    }
}
