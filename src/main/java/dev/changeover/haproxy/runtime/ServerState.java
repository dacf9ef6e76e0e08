package dev.changeover.haproxy.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether somebody took a server out of service. A freshly started worker knows only the configuration, not what was
 * set at run time.
 *
 * @param state {@code ready}, {@code maint} or {@code drain}, as {@code set server … state} takes it
 */
public record ServerState(String backend, String server, String state) {

    private static final int FORCED_MAINTENANCE = 0x01;
    private static final int FORCED_DRAIN = 0x08;

    static List<ServerState> parse(String listing) {
        var states = new ArrayList<ServerState>();
        for (var line : listing.lines().toList()) {
            var fields = line.strip().split(" ", -1);
            // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state …
            if (fields.length < 7 || line.startsWith("#")) continue;
            states.add(new ServerState(fields[1], fields[3], state(Integer.parseInt(fields[6]))));
        }
        return states;
    }

    /** Those whose weight was set at run time, as {@code backend/server}. */
    static List<String> reweighted(String listing) {
        return listing.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.strip().split(" ", -1))
                // … srv_admin_state srv_uweight srv_iweight …
                .filter(fields -> fields.length > 8 && !fields[7].equals(fields[8]))
                .map(fields -> fields[1] + "/" + fields[3])
                .toList();
    }

    private static String state(int flags) {
        if ((flags & FORCED_MAINTENANCE) != 0) return "maint";
        return (flags & FORCED_DRAIN) != 0 ? "drain" : "ready";
    }
}
