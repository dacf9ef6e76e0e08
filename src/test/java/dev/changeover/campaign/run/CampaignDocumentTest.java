package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.NamedTests;
import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.EventList;
import dev.changeover.campaign.Level;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.plan.CampaignPlanner;
import io.temporal.common.metadata.POJOActivityInterfaceMetadata;
import io.temporal.common.metadata.POJOActivityMethodMetadata;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code workflows-docs/campaign.md} say what the code does. */
class CampaignDocumentTest {
    private static final Path DOCUMENT = Path.of("workflows-docs/campaign.md");
    private static final CampaignSettings USUAL = new CampaignSettings(
            Duration.ofHours(72),
            Duration.ofHours(24),
            Duration.ofDays(30),
            Duration.ofHours(24),
            Duration.ofDays(7),
            20,
            5,
            10,
            "2%",
            Duration.ofHours(4),
            Duration.ofSeconds(5),
            false);

    private static List<List<String>> rows(String heading) {
        try {
            return Files.readAllLines(DOCUMENT).stream()
                    .dropWhile(line -> !line.equals("## " + heading))
                    .skip(1)
                    .takeWhile(line -> !line.startsWith("## "))
                    .filter(line -> line.startsWith("|"))
                    .skip(2)
                    .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                            .map(cell -> cell.replace("`", "").strip())
                            .toList())
                    .toList();
        } catch (IOException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static List<String> column(String heading, int number) {
        return rows(heading).stream().map(row -> row.get(number)).toList();
    }

    private static String[] names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toArray(String[]::new);
    }

    @Test
    void names_of_each_promise_a_test_that_there_is() throws IOException {
        var promises = Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.equals("## What is promised, and the test that proves it"))
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .toList();

        assertThat(promises).hasSizeGreaterThan(30);
        NamedTests.assertThereAre(promises);
    }

    @Test
    void names_all_states_and_verdicts() {
        assertThat(column("States", 0)).containsExactly(names(Campaign.State.values()));
        assertThat(column("Verdicts", 0)).containsExactly(names(Verdict.Kind.values()));
        assertThat(rows("Members").stream().map(row -> row.subList(0, 2)))
                .containsExactlyElementsOf(Stream.of(Member.State.values())
                        .map(state ->
                                List.of(state.name(), EventList.Status.of(state).name()))
                        .toList());
    }

    @Test
    void says_what_helps_where_nobody_can_be_told() {
        assertThat(column("Needs an operator", 0)).contains(CampaignPlanner.NOBODY);
    }

    @Test
    void says_what_each_level_allows() {
        assertThat(rows("Levels").stream().map(row -> row.subList(0, 3)))
                .containsExactlyElementsOf(Stream.of(Level.values())
                        .map(level -> List.of(
                                level.name(), level.choice().toDays() + " d", String.valueOf(level.cancellations())))
                        .toList());
    }

    @Test
    void says_the_usual_budgets() {
        var strategy = USUAL.strategy(Level.MAJOR);

        assertThat(column("Leave to begin", 1))
                .containsExactly(
                        String.valueOf(strategy.atOnce()),
                        String.valueOf(strategy.perProject()),
                        "1",
                        String.valueOf(strategy.perMinute()),
                        strategy.tolerated().toString());
    }

    @Test
    void describes_signals_and_queries_as_temporal_does() {
        var handlers = Stream.of(CampaignWorkflow.class.getMethods())
                .flatMap(method -> Stream.concat(
                        Stream.ofNullable(method.getAnnotation(SignalMethod.class))
                                .map(signal -> List.of(method.getName(), "signal", signal.description())),
                        Stream.ofNullable(method.getAnnotation(QueryMethod.class))
                                .map(query -> List.of(method.getName(), "query", query.description()))));

        assertThat(rows("Signals and queries").stream().map(row -> row.subList(0, 3)))
                .containsExactlyInAnyOrderElementsOf(handlers.toList());
    }

    @Test
    void names_the_activities_with_their_times() {
        assertThat(column("Activities", 0))
                .containsExactlyInAnyOrderElementsOf(
                        POJOActivityInterfaceMetadata.newInstance(CampaignActivities.class)
                                .getMethodsMetadata()
                                .stream()
                                .map(POJOActivityMethodMetadata::getActivityTypeName)
                                .toList());
        assertThat(column("Activities", 2))
                .containsExactly(
                        WaveCampaign.ROWS.getStartToCloseTimeout().toSeconds() + " s",
                        WaveCampaign.PAGE.toMinutes() + " min",
                        WaveCampaign.PAGE.toMinutes() + " min",
                        WaveCampaign.SILENCE.toHours() + " h");
        assertThat(WaveCampaign.ROUNDS).isEqualTo(100);
    }
}
