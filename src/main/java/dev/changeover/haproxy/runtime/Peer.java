package dev.changeover.haproxy.runtime;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Another HAProxy that a worker shares stick tables with.
 *
 * @param isRemote whether it is another host's; a process tells the next one of its own host only once it has stopped
 *     accepting
 * @param isConnected whether the last attempt of both to talk to each other came to that; a peer that two processes of one
 *     host talk to, as in a handover, ends one of the connections every second or so
 * @param tables that both have
 */
public record Peer(boolean isRemote, boolean isConnected, Set<String> tables) {

    /** Releases before 2.4 say {@code status}, and not whether a connection is there. */
    private static final Pattern PEER =
            Pattern.compile("^ +0x\\S+: id=.*\\((local|remote)(?:,\\w+)?\\) .*\\b(?:last_)?status=(\\w+).*");

    private static final Pattern TABLE = Pattern.compile("^ +table:0x\\S+ id=(\\S+) .*");

    public Peer {
        tables = Set.copyOf(tables);
    }

    static List<Peer> parse(String listing) {
        var peers = new ArrayList<Peer>();
        for (var line : listing.lines().toList()) {
            var peer = PEER.matcher(line);
            var table = TABLE.matcher(line);
            if (peer.matches()) {
                peers.add(new Peer(peer.group(1).equals("remote"), peer.group(2).equals("ESTA"), Set.of()));
            } else if (table.matches() && !peers.isEmpty()) {
                var last = peers.removeLast();
                var tables = new HashSet<>(last.tables);
                tables.add(table.group(1));
                peers.add(new Peer(last.isRemote, last.isConnected, tables));
            }
        }
        return peers;
    }
}
