package dev.changeover.haproxy.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server as it is in a worker. A freshly started one knows only the configuration, not what was set at run time.
 *
 * @param fields of HAProxy's listing, which are those of its file of states, too
 */
public record ServerState(List<String> fields) {

    // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight
    // srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state
    // bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl
    // srv_check_port srv_check_addr srv_agent_addr srv_agent_port
    private static final int ADDRESS = 4;
    private static final int STATE = 5;
    private static final int FLAGS = 6;
    private static final int WEIGHT = 7;
    private static final int CONFIGURED_WEIGHT = 8;
    private static final int CHECK = 13;
    private static final int AGENT = 14;
    private static final int NAME = 17;
    private static final int PORT = 18;
    private static final int RECORD = 19;

    /** Files of states may lack this and those after it. */
    private static final int SSL = 20;

    private static final int FORCED_MAINTENANCE = 0x01;
    private static final int CONFIGURED_MAINTENANCE = 0x04;
    private static final int FORCED_DRAIN = 0x08;

    private static final int NOT_FOUND = 0x20;

    /** The others are from the server that it tracks. */
    private static final int INHERITED = 0x02 | 0x10 | NOT_FOUND;

    /** Of checks and agents. */
    private static final int CONFIGURED = 0x02;

    private static final int ENABLED = 0x04;

    /** As commands name them. */
    private static final Map<String, Integer> WATCHES = Map.of("health", CHECK, "agent", AGENT);

    public ServerState {
        fields = List.copyOf(fields);
    }

    static List<ServerState> parse(String listing) {
        return listing.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> new ServerState(List.of(line.strip().split(" ", -1))))
                .filter(server -> server.fields.size() > RECORD)
                .toList();
    }

    /** What stick tables name it by. */
    public int number() {
        return number(2);
    }

    public String backend() {
        return fields.get(1);
    }

    /** As HAProxy names it in a command. */
    public String name() {
        return backend() + "/" + fields.get(3);
    }

    /** {@code ready}, {@code maint} or {@code drain}, as {@code set server … state} takes it. */
    public String state() {
        if (!isIn()) return "maint";
        return has(FLAGS, FORCED_DRAIN) ? "drain" : "ready";
    }

    /** Whether nobody has taken it out, whatever its checks say. */
    public boolean isIn() {
        return !has(FLAGS, FORCED_MAINTENANCE);
    }

    public boolean isUp() {
        return number(STATE) != 0;
    }

    /** Now. */
    public int weight() {
        return number(WEIGHT);
    }

    /** Without its port; empty where there is none yet, or it is a unix socket. */
    public Optional<String> address() {
        return said(ADDRESS);
    }

    /** Its address and port as they are written in a line, which has none where clients' ports are kept. */
    public String place() {
        var host = address().orElse("-");
        if (host.contains(":")) host = "[" + host + "]";
        return port() == 0 ? host : host + ":" + port();
    }

    /** 0 where clients' ports are kept; an offset where the line has one. */
    public int port() {
        return number(PORT);
    }

    /** The name that it is looked up by. */
    public Optional<String> host() {
        return said(RECORD).isPresent() ? Optional.empty() : said(NAME);
    }

    /** The address that a name stands for, as far as HAProxy knows. */
    public Optional<String> found() {
        return said(NAME).isPresent() && !has(FLAGS, NOT_FOUND) ? address() : Optional.empty();
    }

    public boolean isEncrypted() {
        return fields.size() > SSL && number(SSL) > 0;
    }

    /** Where it is checked and its agent is asked, by the words of a line; empty, or 0, where that is the server's own place. */
    public Map<String, String> places() {
        var places = new LinkedHashMap<String, String>();
        if (fields.size() > SSL + 1 && has(CHECK, CONFIGURED)) {
            places.put("port", fields.get(SSL + 1));
            places.put("addr", said(SSL + 2).orElse(""));
        }
        if (fields.size() > SSL + 1 && has(AGENT, CONFIGURED)) {
            places.put("agent-port", fields.get(SSL + 4));
            places.put("agent-addr", said(SSL + 3).orElse(""));
        }
        return places;
    }

    /**
     * Whether a worker that does not know this state would do something else at first, besides what decides on others: it
     * is down, was taken out, or weighs 0, nobody checks it any more, or a name server's record names it.
     *
     * @param otherEncryption whether the configuration says something else of that
     */
    public boolean isToBeTold(boolean otherEncryption) {
        if (isIn() && has(FLAGS, INHERITED)) return false;
        return otherEncryption
                || !isUp()
                || !state().equals("ready")
                || weight() == 0 && number(CONFIGURED_WEIGHT) != 0
                || isOff(CHECK)
                || isOff(AGENT)
                || said(RECORD).isPresent();
    }

    /**
     * The line by which HAProxy makes a server this one when it starts. Its checks begin anew, and its address is as the
     * configuration says: a name may stand for another one by now. Another weight than 0 is the configured one here:
     * HAProxy 2.6 dies when an algorithm such as {@code static-rr} gets a greater one this way.
     *
     * @param otherEncryption whether the configuration says something else of that
     */
    public String line(boolean otherEncryption) {
        var line = new ArrayList<>(fields.subList(0, SSL));
        line.set(ADDRESS, "-");
        var flags = isIn() ? FORCED_DRAIN : FORCED_MAINTENANCE | CONFIGURED_MAINTENANCE;
        line.set(FLAGS, String.valueOf(number(FLAGS) & flags));
        if (weight() != 0) line.set(WEIGHT, fields.get(CONFIGURED_WEIGHT));
        line.set(10, "1");
        line.set(11, "0");
        for (var watch : WATCHES.values()) line.set(watch, isOff(watch) ? String.valueOf(CONFIGURED) : "0");
        if (said(RECORD).isEmpty()) line.set(NAME, "-");
        // HAProxy would take -1 for yes.
        if (otherEncryption) line.add(isEncrypted() ? "1" : "0");
        return String.join(" ", line) + "\n";
    }

    /**
     * The commands that make the same server of a fresh worker what this one is.
     *
     * @param places those of {@link #places} that are not as the configuration says
     */
    public List<String> commands(ServerState fresh, boolean withAddress, Map<String, String> places) {
        var commands = new ArrayList<String>();
        var set = "set server " + name() + " ";
        if (withAddress && address().isPresent() && !place().equals(fresh.place())) {
            commands.add(set + "addr " + address().get() + (port() == 0 ? "" : " port " + port()));
        }
        host().filter(name -> fresh.host().filter(name::equals).isEmpty())
                .ifPresent(name -> commands.add(set + "fqdn " + name));
        if (isEncrypted() != fresh.isEncrypted()) commands.add(set + "ssl " + (isEncrypted() ? "on" : "off"));
        places.forEach((word, place) -> {
            var command = (word.startsWith("agent") ? "" : "check-") + word + " " + place;
            if (!place.equals(fresh.places().get(word))) commands.add(set + command);
        });
        // A place is refused while nobody asks there.
        WATCHES.forEach((watch, field) -> {
            if (isOff(field) && !fresh.isOff(field)) commands.add("disable " + watch + " " + name());
            if (!isOff(field) && fresh.isOff(field)) commands.addFirst("enable " + watch + " " + name());
        });
        if (isOff(CHECK) && isUp() != fresh.isUp() && isIn() && !has(FLAGS, INHERITED))
            commands.add(set + "health " + (isUp() ? "up" : "down"));
        // One that an algorithm places once and for all can only be taken out of it.
        if (weight() != number(CONFIGURED_WEIGHT) && weight() != fresh.weight()) {
            commands.add(set + "weight " + (weight() == 0 ? "0%" : weight()));
        }
        if (!state().equals(fresh.state())) commands.add(set + "state " + state());
        return commands;
    }

    /** The same server among those of another worker. */
    public Optional<ServerState> in(List<ServerState> others) {
        return others.stream().filter(other -> other.name().equals(name())).findFirst();
    }

    private boolean isOff(int watch) {
        return has(watch, CONFIGURED) && !has(watch, ENABLED);
    }

    private boolean has(int field, int flag) {
        return (number(field) & flag) != 0;
    }

    private Optional<String> said(int field) {
        return Optional.of(fields.get(field)).filter(word -> !word.equals("-"));
    }

    private int number(int field) {
        return Integer.parseInt(fields.get(field));
    }
}
