package dev.changeover.terminal;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;

/**
 * Lines at the end of a terminal that are redrawn in place, and the bars in them; other lines go above and stay. Not
 * for a file or a pipe, and for one thread at a time.
 */
public final class LiveBars {
    private static final String ESCAPE = "\u001b[";
    private static final String CLEAR_BELOW = ESCAPE + "0J";

    /** Too long a line is cut by the terminal instead of continued: redrawing counts lines. */
    private static final String CUT_LONG_LINES = ESCAPE + "?7l";

    private static final String WRAP_LONG_LINES = ESCAPE + "?7h";

    private final PrintWriter out;
    private int drawn;

    public LiveBars(PrintWriter out) {
        this.out = out;
    }

    /** Abilities of the output. */
    public enum Look {
        PLAIN,
        ASCII,
        ASCII_IN_COLOUR,
        UNICODE,
        UNICODE_IN_COLOUR;

        /** On a terminal that can be redrawn, colour unless it is not wanted (no-color.org). */
        public static Look of(boolean terminal, Map<String, String> environment, Charset charset) {
            if (!terminal || environment.getOrDefault("TERM", "dumb").equals("dumb")) {
                return PLAIN;
            }
            boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty();
            if (charset.newEncoder().canEncode('█')) {
                return colour ? UNICODE_IN_COLOUR : UNICODE;
            }
            return colour ? ASCII_IN_COLOUR : ASCII;
        }

        /** A bar of that many cells, of which some are done. */
        public String bar(int done, int cells) {
            boolean unicode = this == UNICODE || this == UNICODE_IN_COLOUR;
            String full = (unicode ? "█" : "#").repeat(done);
            String rest = (unicode ? "░" : ".").repeat(cells - done);
            return this == ASCII_IN_COLOUR || this == UNICODE_IN_COLOUR
                    ? ESCAPE + (done == cells ? "32m" : "36m") + full + ESCAPE + "2m" + rest + ESCAPE + "0m"
                    : full + rest;
        }
    }

    /** One write a frame, so that a terminal never shows half of it. */
    public void redraw(List<String> above, List<String> lines) {
        var frame = new StringBuilder();
        if (drawn > 0) {
            frame.append('\r').append(ESCAPE).append(drawn).append('A').append(CLEAR_BELOW);
        }
        above.forEach(line -> frame.append(line).append('\n'));
        frame.append(CUT_LONG_LINES);
        lines.forEach(line -> frame.append(line).append('\n'));
        frame.append(WRAP_LONG_LINES);
        drawn = lines.size();
        out.print(frame);
        out.flush();
    }

    /** Leaves the lines as they are: the next ones come below. */
    public void leave() {
        drawn = 0;
        out.flush();
    }
}
