package dev.changeover.demo;

import dev.changeover.terminal.LiveBars;
import dev.changeover.terminal.LiveBars.Look;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The nodes of a running upgrade on the terminal: a line each, below them a footer. A real terminal is redrawn in
 * place, in colour; anything else (a file, a pipe, a CI log) gets a plain line whenever a node's phase changes. Safe
 * for use by several threads.
 */
public final class Screen implements AutoCloseable {
    private static final int BAR = 20;

    private final PrintWriter out;
    private final LiveBars live;
    private final Look look;
    private final Map<String, String> phases = new HashMap<>();
    private List<Row> rows = List.of();
    private String footer = "";

    Screen(PrintStream out, Look look) {
        this.out = new PrintWriter(out, false, out.charset());
        this.live = new LiveBars(this.out);
        this.look = look;
    }

    /**
     * One node.
     *
     * @param phase what happens to it now, a few words
     * @param fraction of its upgrade that is done, 0 to 1; what lies outside is taken as the nearer end
     * @param newSessions on the generation that serves
     * @param oldSessions on those that retire
     */
    public record Row(String node, String phase, double fraction, int newSessions, int oldSessions) {
        public Row {
            fraction = Math.clamp(fraction, 0, 1);
        }
    }

    /** The screen of this process's standard output. */
    public static Screen ofThisProcess() {
        var console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return new Screen(System.out, Look.of(terminal, System.getenv(), System.out.charset()));
    }

    /** Shows the nodes and, below, what is true of all of them; the footer may have several lines. */
    public synchronized void show(List<Row> newRows, String newFooter) {
        rows = List.copyOf(newRows);
        footer = newFooter;
        if (look == Look.PLAIN) {
            printChanges();
        } else {
            redraw(List.of());
        }
    }

    /** Prints a line that stays; on a terminal the nodes move down. */
    public synchronized void say(String line) {
        if (look == Look.PLAIN) {
            out.println(line);
            out.flush();
        } else {
            redraw(List.of(line));
        }
    }

    /** Leaves what is shown as it is; on a terminal, lines printed later come below. */
    @Override
    public synchronized void close() {
        rows = List.of();
        footer = "";
        live.leave();
    }

    private void printChanges() {
        boolean changed = false;
        for (Row row : rows) {
            if (!row.phase().equals(phases.put(row.node(), row.phase()))) {
                out.println(line(row));
                changed = true;
            }
        }
        if (changed && !footer.isEmpty()) {
            out.println(footer);
        }
        out.flush();
    }

    private void redraw(List<String> above) {
        live.redraw(
                above,
                Stream.concat(rows.stream().map(this::line), footer.lines()).toList());
    }

    private String line(Row row) {
        return String.format(
                Locale.ROOT,
                "%-12s %s %3.0f %%  %-22s new %4d  old %4d",
                row.node(),
                look.bar((int) Math.round(row.fraction() * BAR), BAR),
                row.fraction() * 100,
                row.phase(),
                row.newSessions(),
                row.oldSessions());
    }
}
