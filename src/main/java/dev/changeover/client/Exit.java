package dev.changeover.client;

import java.util.LinkedHashMap;
import java.util.Map;

/** Exit codes of the commands. */
public final class Exit {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int WRONG_USE = 2;
    public static final int REFUSED = 3;
    public static final int UNREACHABLE = 4;
    public static final int HELD = 5;
    public static final int NOT_LOGGED_IN = 6;

    private Exit() {}

    /** For the help of every command. */
    public static Map<String, String> described() {
        var codes = new LinkedHashMap<String, String>();
        codes.put(" " + DONE, "done");
        codes.put(" " + FAILED, "failed");
        codes.put(" " + WRONG_USE, "wrong use of the command line");
        codes.put(" " + REFUSED, "refused by a precheck; nothing was changed");
        codes.put(" " + UNREACHABLE, "the server, or what it needs, cannot be reached");
        codes.put(" " + HELD, "held until an operator says how to go on");
        codes.put(" " + NOT_LOGGED_IN, "not logged in, or not any more");
        return codes;
    }
}
