package dev.changeover.upgrade.workflow;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.Kernel;
import dev.changeover.node.NodeFault;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandTest;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.InspectActivities;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.common.converter.GlobalDataConverter;
import io.temporal.common.metadata.POJOActivityInterfaceMetadata;
import io.temporal.common.metadata.POJOActivityMethodMetadata;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code workflows-docs/upgrade.md} say what the code does. */
class UpgradeDocumentTest {
    private static final Path DOCUMENT = Path.of("workflows-docs/upgrade.md");

    /** The cells of the table's rows, without its head. */
    private static List<List<String>> rows(String heading) {
        try {
            return Files.readAllLines(DOCUMENT).stream()
                    .dropWhile(line -> !line.equals("## " + heading))
                    .skip(1)
                    .takeWhile(line -> !line.startsWith("## "))
                    .filter(line -> line.startsWith("|"))
                    .skip(2)
                    .map(UpgradeDocumentTest::cells)
                    .toList();
        } catch (IOException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1).split("\\|", -1))
                .map(cell -> cell.replace("`", "").strip())
                .toList();
    }

    private static List<String> column(String heading, int number) {
        return rows(heading).stream().map(row -> row.get(number)).toList();
    }

    private static String[] names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toArray(String[]::new);
    }

    @Test
    void names_the_phases_and_outcomes() {
        assertThat(column("Phases", 0)).containsExactly(names(Phase.values()));
        assertThat(column("Outcomes", 0)).containsExactly(names(Outcome.values()));
    }

    @Test
    void says_in_which_phases_a_proxy_counts_as_being_changed() {
        assertThat(rows("Phases"))
                .allSatisfy(row -> assertThat(row.get(2))
                        .isEqualTo(Phase.valueOf(row.getFirst()).changing() ? "UPGRADING" : "NORMAL"));
    }

    @Test
    void names_the_faults_that_hold_at_once_and_those_that_are_tried_again() {
        var faults = column("Holds", 1);

        assertThat(faults.get(0).split(" ", -1)).containsExactly(faults(NodeFault::permanent));
        assertThat(faults.get(1).split(" ", -1)).containsExactly(faults(fault -> !fault.permanent()));
    }

    private static String[] faults(Predicate<NodeFault> those) {
        return Arrays.stream(NodeFault.values()).filter(those).map(Enum::name).toArray(String[]::new);
    }

    @Test
    void describes_updates_and_queries_as_temporal_does() {
        var handlers = Stream.of(UpgradeWorkflow.class.getMethods())
                .flatMap(method -> Stream.concat(
                        Stream.ofNullable(method.getAnnotation(UpdateMethod.class))
                                .map(update -> List.of(
                                        update.name().isEmpty() ? method.getName() : update.name(),
                                        "update",
                                        update.description())),
                        Stream.ofNullable(method.getAnnotation(QueryMethod.class))
                                .map(query -> List.of(method.getName(), "query", query.description()))));

        assertThat(rows("Updates and queries").stream().map(row -> row.subList(0, 3)))
                .containsExactlyInAnyOrderElementsOf(handlers.toList());
    }

    @Test
    void says_which_commands_each_phase_allows() {
        assertThat(column("Commands by phase", 0)).containsExactly(names(Phase.values()));
        for (var row : rows("Commands by phase")) {
            var phase = Phase.valueOf(row.getFirst());
            assertThat(allowed(phase, "running"))
                    .describedAs("%s running", phase)
                    .isEqualTo(row.get(1));
            assertThat(phase == Phase.ENDED ? "" : allowed(phase, "paused"))
                    .describedAs("%s paused", phase)
                    .isEqualTo(row.get(2));
            if (phase != Phase.ADMISSION && phase != Phase.PRECHECK) {
                assertThat(allowed(phase, "held")).describedAs("%s held", phase).isEqualTo(row.get(3));
            }
            assertThat(allowed(phase, "scheduled"))
                    .describedAs("%s scheduled", phase)
                    .isEqualTo(row.get(4));
            assertThat(allowed(phase, "started now"))
                    .describedAs("%s started now", phase)
                    .isEqualTo(row.get(5));
        }
    }

    private static String allowed(Phase phase, String state) {
        var progress = CommandTest.progress(phase, state);
        return Arrays.stream(Command.values())
                .filter(command ->
                        command.refusedBy(progress, CommandTest.order(null)).isEmpty())
                .map(Command::word)
                .collect(joining(" "));
    }

    @Test
    void names_every_blocker_with_its_code_and_question() {
        assertThat(rows("Prechecks").stream().map(row -> row.subList(0, 3)))
                .containsExactlyElementsOf(Arrays.stream(Blocker.values())
                        .map(blocker -> List.of(blocker.name(), blocker.code(), blocker.question()))
                        .toList());
        assertThat(column("Prechecks", 3))
                .containsExactlyElementsOf(Arrays.stream(Blocker.values())
                        .map(blocker -> switch (blocker.recovery()) {
                            case PERMANENT -> "";
                            case TRANSIENT -> "with time";
                            case NODE -> "on the node";
                        })
                        .toList());
    }

    @Test
    void says_the_minimum_of_every_engine() {
        assertThat(rows("Prechecks by engine").stream().map(row -> row.subList(0, 2)))
                .containsExactlyElementsOf(Kernel.ENGINES.stream()
                        .map(engine -> List.of(engine, Kernel.minimum(engine).toString()))
                        .toList());
    }

    @Test
    void gives_every_activity_the_times_that_it_is_scheduled_with() {
        try (var scene = new SkippedTime()) {
            scene.submit();
            scene.outcome();

            var scheduled = scene.history().getEvents().stream()
                    .filter(HistoryEvent::hasActivityTaskScheduledEventAttributes)
                    .map(UpgradeDocumentTest::activity)
                    .filter(activity -> activity.get(1).endsWith("n1"));

            assertThat(rows("Activities").stream().map(row -> row.subList(0, Math.min(6, row.size()))))
                    .containsAll(scheduled.toList());
            assertThat(scene.workflow()
                            .describe()
                            .getTypedSearchAttributes()
                            .getUntypedValues()
                            .keySet())
                    .extracting(key -> key.getName())
                    .containsExactlyInAnyOrderElementsOf(column("Search attributes", 0));
        }
    }

    @Test
    void shows_what_the_timers_are_called() {
        try (var scene = new SkippedTime()) {
            scene.windowOpensLater();
            scene.schedule();
            scene.outcome();

            assertThat(RollingUpgradeTest.timers(scene.history()).stream().map(UpgradeDocumentTest::withoutInstant))
                    .containsExactlyElementsOf(column("Timers", 1).stream()
                            .map(UpgradeDocumentTest::withoutInstant)
                            .limit(2)
                            .toList());
        }
    }

    private static String withoutInstant(String summary) {
        return summary.replaceAll("\\d\\S+Z", "an instant");
    }

    @Test
    void says_how_often_it_is_looked_for_what_may_pass() throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains("every %d s".formatted(Windows.BETWEEN_LOOKS.toSeconds()));
    }

    private static List<String> activity(HistoryEvent event) {
        var it = event.getActivityTaskScheduledEventAttributes();
        return List.of(
                it.getActivityType().getName(),
                String.valueOf(GlobalDataConverter.get()
                        .fromPayload(event.getUserMetadata().getSummary(), String.class, String.class)),
                words(it.getScheduleToStartTimeout()),
                words(it.getStartToCloseTimeout()),
                words(it.getHeartbeatTimeout()),
                String.valueOf(it.getRetryPolicy().getMaximumAttempts()));
    }

    private static String words(com.google.protobuf.Duration time) {
        var duration = Duration.ofSeconds(time.getSeconds());
        if (duration.isZero()) {
            return "";
        }
        if (duration.toSeconds() % 60 != 0) {
            return duration.toSeconds() + " s";
        }
        if (duration.toMinutes() % 60 != 0) {
            return duration.toMinutes() + " min";
        }
        return duration.toHours() % 24 != 0 ? duration.toHours() + " h" : duration.toDays() + " d";
    }

    @Test
    void names_the_local_activities_and_how_they_are_tried() {
        var locals = Stream.of(UpgradeActivities.class, InspectActivities.class)
                .flatMap(contract -> POJOActivityInterfaceMetadata.newInstance(contract).getMethodsMetadata().stream())
                .map(POJOActivityMethodMetadata::getActivityTypeName);

        assertThat(Stream.concat(column("Activities", 0).stream(), column("Inspection", 0).stream())
                        .filter(name -> name.startsWith("Upgrade") || name.startsWith("Inspect")))
                .containsExactlyInAnyOrderElementsOf(locals.toList());
        assertThat(LedgerWriter.LEDGER.getStartToCloseTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(LedgerWriter.LEDGER.getRetryOptions().getInitialInterval()).isEqualTo(Duration.ofMillis(200));
        assertThat(LedgerWriter.LEDGER.getRetryOptions().getMaximumInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(LedgerWriter.LEDGER.getRetryOptions().getMaximumAttempts()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void names_every_event_the_phase_it_turns_to_and_whether_the_owner_should_be_told() {
        assertThat(rows("Events").stream().map(row -> row.subList(0, 4)))
                .containsExactlyElementsOf(Arrays.stream(EventKind.values())
                        .map(kind -> List.of(
                                kind.name(),
                                kind.words(),
                                kind.phase().map(Phase::name).orElse(""),
                                kind.worthTelling() ? "yes" : ""))
                        .toList());
    }
}
