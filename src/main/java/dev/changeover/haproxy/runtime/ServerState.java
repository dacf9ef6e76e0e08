package dev.changeover.haproxy.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server as it is in a worker. A freshly started one knows only the configuration, not what was set at run time.
 *
 * @param number what stick tables name it by
 * @param state {@code ready}, {@code maint} or {@code drain}, as {@code set server … state} takes it
 * @param address {@code -} where there is none yet, or a unix socket
 * @param port 0 where it is the one that the client connected to
 * @param weight now
 * @param configured the weight that its line says
 */
public record ServerState(
        String backend, String server, int number, String state, String address, int port, int weight, int configured) {

    private static final int FORCED_MAINTENANCE = 0x01;
    private static final int CONFIGURED_MAINTENANCE = 0x04;
    private static final int FORCED_DRAIN = 0x08;

    /** … srv_time_since_last_change, of checks five, bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord … */
    private static final int PORT = 18;

    static List<ServerState> parse(String listing) {
        var states = new ArrayList<ServerState>();
        for (var line : listing.lines().toList()) {
            var fields = line.strip().split(" ", -1);
            // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight …
            if (fields.length <= PORT || line.startsWith("#")) continue;
            states.add(new ServerState(
                    fields[1],
                    fields[3],
                    Integer.parseInt(fields[2]),
                    state(Integer.parseInt(fields[6])),
                    fields[4],
                    Integer.parseInt(fields[PORT]),
                    Integer.parseInt(fields[7]),
                    Integer.parseInt(fields[8])));
        }
        return states;
    }

    /**
     * Of the same listing, as HAProxy reads them from a file when it starts, the lines of servers that get no clients
     * although the configuration gives them some: those that are down, were taken out, or have the weight 0. Their checks
     * begin anew, and their addresses are as the configuration says: a name may stand for another one by now. Another weight is the configured one here: HAProxy 2.6 dies when an algorithm such as {@code static-rr}
     * gets a greater one this way.
     */
    static Map<String, String> spared(String listing) {
        var lines = new HashMap<String, String>();
        for (var line : listing.lines().toList()) {
            var fields = line.strip().split(" ", -1);
            if (fields.length <= PORT || line.startsWith("#")) continue;
            var flags = Integer.parseInt(fields[6]);
            // A name server's answer, or another server, decides on these.
            if ((flags & ~(FORCED_MAINTENANCE | CONFIGURED_MAINTENANCE | FORCED_DRAIN)) != 0) continue;
            var isDown = fields[5].equals("0");
            var isOut = (flags & FORCED_MAINTENANCE) != 0;
            var isForced = isOut || (flags & FORCED_DRAIN) != 0;
            var isWeightless = fields[7].equals("0") && !fields[8].equals("0");
            if (!isDown && !isForced && !isWeightless) continue;
            var known = Stream.of(
                            Stream.of(fields).limit(4),
                            Stream.of("-", fields[5], String.valueOf(isOut ? flags : flags & FORCED_DRAIN)),
                            Stream.of(isWeightless ? "0" : fields[8], fields[8], fields[9]),
                            Stream.of("1", "0", fields[12], "0", "0"),
                            Stream.of(fields[15], fields[16], "-", fields[PORT], "-"))
                    .flatMap(part -> part);
            lines.put(fields[1] + "/" + fields[3], known.collect(Collectors.joining(" ", "", "\n")));
        }
        return lines;
    }

    /** Its address and port as they are written in a line. */
    public String place() {
        var host = address.contains(":") ? "[" + address + "]" : address;
        return port == 0 ? host : host + ":" + port;
    }

    /** Whether nobody has taken it out, whatever its checks say. */
    public boolean isIn() {
        return !state.equals("maint");
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
        if (withAddress && !place().equals(fresh.place())) {
            commands.add("set server %s addr %s%s".formatted(name(), address, port == 0 ? "" : " port " + port));
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
