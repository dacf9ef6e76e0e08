package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.terminal.Facts;
import dev.changeover.terminal.Paint;
import dev.changeover.terminal.Table;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line's output for people: bars, tables, colour, and the commands they are told. */
class LiveViewTest {
    private static final String UPGRADE = """
            {"job_id": "j-1", "phase": "NODES", "percent": 50, "next": "the next node", "countdown": ["every node serves at any moment"], "nodes": [
              {"node_id": "n-1", "step": "SERVING", "percent": 62, "new_sessions": 4, "old_sessions": 3, "runs": "2.6.12.4", "held": null, "generations": [
                {"number": 2, "serving": true, "sessions": 4}, {"number": 1, "serving": false, "sessions": 3}]},
              {"node_id": "node-2", "step": "HANDING_OVER", "percent": 37, "runs": "2.6.12.3", "held": "no database", "generations": []}]}
            """;
    private static final String EVENT =
            "{\"number\":1,\"at\":\"then\",\"kind\":\"HANDED_OVER\",\"node_id\":\"n-1\",\"text\":\"in 130 ms\"}";

    private final StringWriter screen = new StringWriter();

    private static JsonNode json(String text) throws JsonProcessingException {
        return Json.read(text);
    }

    @Test
    void a_line_names_its_node_once() throws JsonProcessingException {
        var took = json(EVENT.replace("in 130 ms", "n-1 took over in 130 ms"));

        assertThat(LiveView.line(took)).isEqualTo("then  HANDED_OVER     n-1 took over in 130 ms");
    }

    @Test
    void a_terminal_has_a_bar_per_node_below_what_happened_and_is_redrawn_in_place() throws JsonProcessingException {
        var view = new LiveView(new PrintWriter(screen), new Paint(false), true);

        view.show(json(UPGRADE), List.of(json(EVENT)));
        var first = screen.toString();
        view.show(json(UPGRADE), List.of());

        assertThat(first.lines())
                .containsExactly(
                        "then  HANDED_OVER     n-1: in 130 ms",
                        "\u001b[?7ln-1     [##########......]  SERVING       runs 2.6.12.4  sessions: 4 new, 3 old",
                        "node-2  [######..........]  HELD          runs 2.6.12.3",
                        "NODES, 50 %, next: the next node",
                        "every node serves at any moment",
                        "\u001b[?7h");
        assertThat(screen.toString().substring(first.length())).startsWith("\r\u001b[4A\u001b[0J");
    }

    @Test
    void below_the_bars_it_counts_down_and_names_who_holds_on() throws JsonProcessingException {
        var view = new LiveView(new PrintWriter(screen), new Paint(false), true);
        var holders = new StringJoiner(",", "[", "]");
        for (var age = 1; age <= 6; age++) {
            holders.add(
                    "{\"id\":\"s-%d\",\"client\":\"c-%d\",\"age_seconds\":%d,\"state\":\"IN_TRANSACTION\",\"user\":null}"
                            .formatted(age, age, age));
        }
        var retiring = UPGRADE.replace("NODES", "RETIRING")
                .replace("\"generations\": []", "\"retirement\": {\"left\": 8, \"holders\": " + holders + "}");

        view.show(json(retiring), List.of());
        var drawn = screen.toString().lines().toList();
        view.show(json(retiring), List.of());

        assertThat(drawn.get(3)).isEqualTo("every node serves at any moment");
        assertThat(drawn.get(4)).startsWith("NODE    CLIENT  USER  PROGRAM  AGE  STATE           SESSION");
        assertThat(drawn.get(5)).startsWith("node-2  c-6                    6 s  in transaction  s-6");
        assertThat(drawn.get(10)).isEqualTo("and 3 more");
        assertThat(screen.toString()).contains("\r\u001b[11A");
    }

    @Test
    void a_file_gets_the_events_and_the_nodes_at_the_end() throws JsonProcessingException {
        var view = new LiveView(new PrintWriter(screen), new Paint(false), false);

        view.show(json(UPGRADE), List.of(json(EVENT)));
        view.show(json(UPGRADE), List.of());
        view.end(json(UPGRADE));

        assertThat(screen.toString()).hasLineCount(3).doesNotContain("\u001b");
    }

    @Test
    void colour_is_what_a_word_means() {
        assertThat(new Paint(true).word("MIXED")).isEqualTo("\u001b[31mMIXED\u001b[0m");
        assertThat(new Paint(true).word("anything")).isEqualTo("anything");
        assertThat(new Paint(false).word("MIXED")).isEqualTo("MIXED");
        assertThat(Paint.of(name -> "1").on()).isFalse();
    }

    @Test
    void a_tables_columns_are_as_wide_as_their_widest_cell_in_colour_too() {
        var table =
                new Table("rows", "A", "B", "C").coloured(0).row("DONE", "", 1).row("x", "longer", "");

        assertThat(table.text(new Paint(false)).lines())
                .containsExactly("A     B       C", "DONE          1", "x     longer");
        assertThat(table.text(new Paint(true))).contains("\u001b[32mDONE\u001b[0m          1");
    }

    @Test
    void a_name_is_not_coloured_though_it_is_a_word_that_a_status_can_be() {
        var table = new TableView("nodes").text("NAME", "name").status("STATUS", "status");
        var frozen = Json.object().put("name", "FROZEN").put("status", "FROZEN");

        assertThat(table.table(List.of(frozen)).text(new Paint(true)).lines().skip(1))
                .containsExactly("FROZEN  \u001b[33mFROZEN\u001b[0m");
        assertThat(new Facts().add("name", "DONE").status("status", "DONE").text(new Paint(true)))
                .endsWith("  DONE\n\u001b[1mstatus\u001b[0m  \u001b[32mDONE\u001b[0m");
    }

    @Test
    void a_table_that_is_printed_in_parts_has_one_heading_and_becomes_wider_where_it_must() {
        var printed = new StringWriter();
        var out = new PrintWriter(printed);
        var table = new Table("rows", "A", "B");

        table.row("short", 1).printRows(out, new Paint(false));
        table.row("much longer", 2).row("x", 3).printRows(out, new Paint(false));
        table.printEnd(out, new Paint(false));
        new Table("rows", "A").printEnd(out, new Paint(false));

        assertThat(printed.toString().lines())
                .containsExactly("A      B", "short  1", "much longer  2", "x            3", "no rows");
    }

    @Test
    void a_long_table_takes_no_longer_for_each_of_its_cells() {
        var table = new Table("rows", "A", "B", "C");
        for (int row = 0; row < 100_000; row++) {
            table.row(row, "proxy-" + row, "some words");
        }

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> table.text(new Paint(false)));
    }

    @Test
    void only_the_commands_that_the_interface_allows_are_told() throws JsonProcessingException {
        var upgrade = json(UPGRADE.replace("\"nodes\":", """
                "commands": [{"command": "retry", "permission": "p", "why_not": ""}, {"command": "skip", "why_not": "nothing was changed yet"},
                  {"command": "stop", "permission": "p", "why_not": ""}, {"command": "cancel", "why_not": "it waits for no window"},
                  {"command": "pause", "why_not": ""}], "nodes":"""));

        var told = NextCommands.of(upgrade, Set.of("p"), order -> "$ " + order);

        assertThat(told).startsWith("held: node node-2: no database");
        assertThat(told.lines().filter(line -> line.contains("$")))
                .containsExactly("  $ retry j-1 --reason \"...\" --node node-2", "  $ stop j-1 --reason \"...\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "target/changeover.jar watch j-1                      | java -jar target/changeover.jar",
                "/opt/changeover/share/changeover/changeover.jar tasks | changeover",
                "dev.changeover.Application tasks                     | changeover",
                "/some where/changeover.jar tasks                     | changeover"
            })
    void commands_are_told_as_this_program_was_started(String started, String name) {
        assertThat(ProgramName.name("changeover", started)).isEqualTo(name);
    }

    @Test
    void a_time_on_the_clock_of_this_host_or_as_it_is() {
        assertThat(TimeFormat.dateAndTime("2026-07-15T07:46:10+0000")).matches("2026-07-1[456] \\d\\d:\\d6:10|.*:10");
        assertThat(TimeFormat.time("some day")).isEqualTo("some day");
    }

    @Test
    void what_lasts_is_counted_from_its_beginning() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var since = new Patience.Stopwatch(now::get);

        assertThat(since.longerThan(Duration.ofSeconds(2))).isFalse();
        now.set(Instant.EPOCH.plusSeconds(2));
        assertThat(since.longerThan(Duration.ofSeconds(2))).isTrue();
        since.over();
        assertThat(since.longerThan(Duration.ofSeconds(2))).isFalse();
    }
}
