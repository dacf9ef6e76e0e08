package dev.changeover.node.check;

import dev.changeover.haproxy.configuration.OperatorConfiguration.Setting;
import dev.changeover.node.site.ProcessList;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a database allows, asked as the check user; whoever logs in may ask that.
 *
 * @param address of the server, as a URL has it
 */
record DatabaseLimits(String subject, String address, Setting server, CheckedHost host) {
    private static final long FEW_ERRORS = 1000;

    /** Asks; what is given then tells. */
    Consumer<Findings> asked() {
        var user = host.configuration().checkUser();
        Optional<Limits> limits;
        try {
            limits = ask(user, host.configuration().checkPassword());
        } catch (SQLException | IOException unseen) {
            limits = Optional.empty();
        }
        var seen = limits;
        return to -> {
            to.ok(subject, "%s can log in".formatted(user));
            seen.ifPresentOrElse(
                    found -> tell(to, found), () -> to.ok(subject, "its limits cannot be seen by %s".formatted(user)));
        };
    }

    private record Limits(long connections, long errors, String maxconn) {}

    private Optional<Limits> ask(String user, String password) throws SQLException, IOException {
        try (var connection = ProcessList.connect(address, user, password);
                var statement = connection.createStatement();
                var row = statement.executeQuery("select @@max_connections, @@max_connect_errors")) {
            if (!row.next()) return Optional.empty();
            var own = server.after("maxconn");
            var whole = host.global("maxconn").map(line -> line.word(1)).orElse("");
            return Optional.of(new Limits(row.getLong(1), row.getLong(2), own.isEmpty() ? whole : own));
        }
    }

    private void tell(Findings to, Limits found) {
        var connections = found.connections();
        var errors = found.errors();
        var written = found.maxconn();
        if (written.matches("\\d{1,9}") && connections < 2 * Long.parseLong(written)) {
            to.warning(
                    subject,
                    "its max_connections is %d; two generations with maxconn %s can ask for %d"
                            .formatted(connections, written, 2 * Long.parseLong(written)),
                    "raise max_connections, or set maxconn on the server line to at most half of it");
        } else {
            to.ok(subject, "its max_connections is " + connections);
        }
        if (errors < FEW_ERRORS) {
            to.warning(
                    subject,
                    "its max_connect_errors is %d: so many connections that break off, as plain TCP checks do, block this host"
                            .formatted(errors),
                    "type 'set global max_connect_errors = 1000000', and use 'option mysql-check'");
        }
    }
}
