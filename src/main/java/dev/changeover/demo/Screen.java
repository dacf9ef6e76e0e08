package dev.changeover.demo;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The nodes of a running upgrade on the terminal: a line each, below them a footer. A real terminal is redrawn in
 * place, in colour; anything else (a file, a pipe, a CI log) gets a plain line whenever a node's phase changes. Safe
 * for use by several threads.
 */
public final class Screen implements AutoCloseable {
    private static final int BAR = 20;
    private static final int NAME = 12;
    private static final int PHASE = 22;

    private static final String ESCAPE = "\u001b[";
    private static final String CLEAR_BELOW = ESCAPE + "0J";
    /** Too long a line is cut by the terminal instead of continued: redrawing counts lines. */
    private static final String CUT_LONG_LINES = ESCAPE + "?7l";

    private static final String WRAP_LONG_LINES = ESCAPE + "?7h";

    private final PrintStream out;
    private final Look look;
    private final Map<String, String> phases = new HashMap<>();
    private List<Row> rows = List.of();
    private String footer = "";
    private int linesOnScreen;

    Screen(PrintStream out, Look look) {
        this.out = out;
        this.look = look;
    }

    /** What the output can do. */
    enum Look {
        PLAIN,
        ASCII,
        ASCII_IN_COLOUR,
        UNICODE,
        UNICODE_IN_COLOUR;

        static Look of(boolean terminal, Map<String, String> environment, Charset charset) {
            if (!terminal || environment.getOrDefault("TERM", "dumb").equals("dumb")) {
                return PLAIN;
            }
            boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty();
            if (charset.newEncoder().canEncode('█')) {
                return colour ? UNICODE_IN_COLOUR : UNICODE;
            }
            return colour ? ASCII_IN_COLOUR : ASCII;
        }

        boolean colour() {
            return this == ASCII_IN_COLOUR || this == UNICODE_IN_COLOUR;
        }

        boolean unicode() {
            return this == UNICODE || this == UNICODE_IN_COLOUR;
        }
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
            redraw("");
        }
    }

    /** Prints a line that stays; on a terminal the nodes move down. */
    public synchronized void say(String line) {
        if (look == Look.PLAIN) {
            out.println(line);
        } else {
            redraw(line + "\n");
        }
    }

    /** Leaves what is shown as it is; on a terminal, lines printed later come below. */
    @Override
    public synchronized void close() {
        linesOnScreen = 0;
        rows = List.of();
        footer = "";
        out.flush();
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

    /** One write a frame, so that a terminal never shows half of it. */
    private void redraw(String above) {
        var frame = new StringBuilder(CUT_LONG_LINES);
        if (linesOnScreen > 0) {
            frame.append('\r').append(ESCAPE).append(linesOnScreen).append('A');
        }
        frame.append(CLEAR_BELOW).append(above);
        rows.forEach(row -> frame.append(line(row)).append('\n'));
        footer.lines().forEach(line -> frame.append(line).append('\n'));
        frame.append(WRAP_LONG_LINES);
        linesOnScreen = rows.size() + (int) footer.lines().count();
        out.print(frame);
        out.flush();
    }

    private String line(Row row) {
        String name = String.format(Locale.ROOT, "%-" + NAME + "s", row.node());
        String phase = String.format(Locale.ROOT, "%-" + PHASE + "s", row.phase());
        String sessions = String.format(Locale.ROOT, "new %4d  old %4d", row.newSessions(), row.oldSessions());
        return name + " " + bar(row.fraction()) + String.format(Locale.ROOT, " %3.0f %%  ", row.fraction() * 100)
                + phase + " " + sessions;
    }

    private String bar(double fraction) {
        int done = (int) Math.round(fraction * BAR);
        String full = (look.unicode() ? "█" : "#").repeat(done);
        String rest = (look.unicode() ? "░" : ".").repeat(BAR - done);
        return look.colour()
                ? ESCAPE + (done == BAR ? "32m" : "36m") + full + ESCAPE + "2m" + rest + ESCAPE + "0m"
                : full + rest;
    }
}
