package dev.changeover.haproxy.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server as it is in a worker. A freshly started one knows only the configuration, not what was set at run time.
 *
 * @param number what stick tables name it by
 * @param state {@code ready}, {@code maint} or {@code drain}, as {@code set server … state} takes it
 * @param address and port; empty where the line has no name server's answer yet
 * @param weight now
 * @param configured the weight that its line says
 */
public record ServerState(
        String backend, String server, int number, String state, String address, int weight, int configured) {

    private static final int FORCED_MAINTENANCE = 0x01;
    private static final int FORCED_DRAIN = 0x08;

    static List<ServerState> parse(String listing) {
        var states = new ArrayList<ServerState>();
        for (var line : listing.lines().toList()) {
            var fields = line.strip().split(" ", -1);
            // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight …
            if (fields.length < 9 || line.startsWith("#")) continue;
            states.add(new ServerState(
                    fields[1],
                    fields[3],
                    Integer.parseInt(fields[2]),
                    state(Integer.parseInt(fields[6])),
                    // … srv_f_forced_id srv_fqdn srv_port …
                    fields.length > 18 ? fields[4] + " port " + fields[18] : "",
                    Integer.parseInt(fields[7]),
                    Integer.parseInt(fields[8])));
        }
        return states;
    }

    private static String state(int flags) {
        if ((flags & FORCED_MAINTENANCE) != 0) return "maint";
        return (flags & FORCED_DRAIN) != 0 ? "drain" : "ready";
    }

    /** As HAProxy names it in a command. */
    public String name() {
        return backend + "/" + server;
    }

    /** The commands that make the same server of a fresh worker what this one is. */
    public List<String> commands(ServerState fresh, boolean withAddress) {
        var commands = new ArrayList<String>();
        if (withAddress && !address.isEmpty() && !address.equals(fresh.address)) {
            commands.add("set server %s addr %s".formatted(name(), address));
        }
        // One that an algorithm places once and for all can only be taken out of it.
        if (weight != configured && weight != fresh.weight) {
            commands.add("set server %s weight %s".formatted(name(), weight == 0 ? "0%" : weight));
        }
        if (!state.equals(fresh.state)) commands.add("set server %s state %s".formatted(name(), state));
        return commands;
    }

    /** The same server among those of another worker. */
    public Optional<ServerState> in(List<ServerState> others) {
        return others.stream().filter(other -> other.name().equals(name())).findFirst();
    }
}
