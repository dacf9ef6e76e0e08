package dev.changeover.terminal;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Colour, or none. */
public record Paint(boolean on) {

    /** On a terminal only, and not for somebody who does not want it (no-color.org). */
    public static Paint of(UnaryOperator<@Nullable String> environment) {
        var unwanted = environment.apply("NO_COLOR");
        return new Paint(terminal() && (unwanted == null || unwanted.isEmpty()));
    }

    /** Whether a person sits before it; a dumb terminal cannot be redrawn, so it counts as a file. */
    public static boolean terminal() {
        var console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    String bold(String text) {
        return code("1", text);
    }

    /** By what it means: good green, bad red, under way yellow, anything else as it is. */
    public String word(String text) {
        if (!on) return text;
        return switch (text.strip()) {
            case "Completed", "DONE", "NORMAL", "ACTIVE", "VERIFIED", "SERVING", "passed" -> code("32", text);
            case "Failed", "MIXED", "REFUSED", "ABNORMAL", "DEFECTIVE", "OFFLINE", "HELD", "failed" -> code("31", text);
            case "Running", "UPGRADING", "RISKY", "EXPIRED", "PAUSED", "SKIPPED", "FROZEN" -> code("33", text);
            default -> text;
        };
    }

    private String code(String code, String text) {
        return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
