package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.Statistics;
import dev.changeover.haproxy.runtime.UnansweredException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much a worker takes, where somebody has changed that at run time. It is repeated where the operator's file says the
 * same of both; one that HAProxy computes itself may be another one for each, and is left alone.
 */
record RunTimeLimits(RuntimeApi from, OperatorConfiguration file) {
    private static final Logger LOG = LoggerFactory.getLogger(RunTimeLimits.class);

    /**
     * @param word of the command
     * @param info what HAProxy calls it when it is asked
     * @param keyword of the file
     */
    private record Rate(String word, String info, String keyword) {}

    private static final List<Rate> RATES = List.of(
            new Rate("connections", "ConnRateLimit", "maxconnrate"),
            new Rate("sessions", "SessRateLimit", "maxsessrate"),
            new Rate("ssl-sessions", "SslRateLimit", "maxsslrate"));

    /** @param now the other worker's file */
    void repeatOn(RuntimeApi to, OperatorConfiguration now) throws UnansweredException {
        var commands = new ArrayList<String>();
        var old = from.info();
        addGlobal(old, to.info(), now, commands);
        addOthers(old.getOrDefault("Hard_maxconn", ""), to.statistics(), now, commands);
        if (commands.isEmpty()) return;
        var refused = to.obey(commands);
        if (!refused.isEmpty()) LOG.warn("not repeated: {}: {}", commands, refused);
    }

    private void addGlobal(
            Map<String, String> old, Map<String, String> fresh, OperatorConfiguration now, List<String> commands) {
        var limit = old.getOrDefault("Maxconn", "");
        var isSet = !limit.equals(old.getOrDefault("Hard_maxconn", limit));
        if (isSet
                && !limit.equals(fresh.get("Maxconn"))
                && global("maxconn", file).equals(global("maxconn", now))) {
            commands.add("set maxconn global " + limit);
        }
        for (var rate : RATES) {
            var wanted = old.getOrDefault(rate.info(), "");
            if (wanted.isEmpty() || wanted.equals(fresh.get(rate.info()))) continue;
            if (!global(rate.keyword(), file).equals(global(rate.keyword(), now))) continue;
            commands.add("set rate-limit %s global %s".formatted(rate.word(), wanted));
        }
    }

    /** @param whole what a frontend takes of which nobody says anything: as much as the worker */
    private void addOthers(String whole, Statistics fresh, OperatorConfiguration now, List<String> commands)
            throws UnansweredException {
        var servers = file.servers();
        for (var row : from.statistics().rows()) {
            var same = fresh.find(row.section(), row.name());
            if (same.isEmpty() || same.get().limit() == row.limit()) continue;
            var name = row.section() + "/" + row.name();
            if (row.isFrontend() && file.isForClients(row.section())) {
                var written = frontend(row.section(), file);
                var isSet = !written.isEmpty() || !whole.equals(String.valueOf(row.limit()));
                if (isSet && written.equals(frontend(row.section(), now))) {
                    commands.add("set maxconn frontend %s %d".formatted(row.section(), row.limit()));
                }
            } else if (row.isServer()
                    && servers.containsKey(name)
                    && Objects.equals(servers.get(name), now.servers().get(name))) {
                commands.add("set maxconn server %s %d".formatted(name, row.limit()));
            }
        }
    }

    private static List<List<String>> global(String keyword, OperatorConfiguration file) {
        return file.settings().stream()
                .filter(line -> line.kind().equals("global") && line.is(keyword))
                .map(OperatorConfiguration.Setting::words)
                .toList();
    }

    /** Its own limits, and those that it may inherit. */
    private static List<List<String>> frontend(String name, OperatorConfiguration file) {
        return file.settings().stream()
                .filter(line -> line.is("maxconn"))
                .filter(line -> line.kind().equals("defaults") || line.section().equals(name))
                .map(OperatorConfiguration.Setting::words)
                .toList();
    }
}
