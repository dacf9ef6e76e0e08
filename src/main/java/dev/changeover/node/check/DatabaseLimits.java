package dev.changeover.node.check;

import dev.changeover.haproxy.OperatorConfiguration.Setting;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** What a database allows, asked as the check user; whoever logs in may ask that. */
record DatabaseLimits(String subject, Setting server, CheckedHost host) {
    private static final String LIMIT = "3000";
    private static final long FEW_ERRORS = 1000;

    void tell(Findings to) {
        to.ok(subject, "%s can log in".formatted(host.configuration().checkUser()));
        var login = new Properties();
        login.put("user", host.configuration().checkUser());
        login.put("connectTimeout", LIMIT);
        login.put("socketTimeout", LIMIT);
        login.put("allowPublicKeyRetrieval", "true");
        try {
            login.put("password", host.configuration().checkPassword());
            tell(to, login);
        } catch (SQLException | IOException unseen) {
            to.ok(
                    subject,
                    "its limits cannot be seen by %s"
                            .formatted(host.configuration().checkUser()));
        }
    }

    private void tell(Findings to, Properties login) throws SQLException, IOException {
        try (var connection = DriverManager.getConnection("jdbc:mariadb://" + server.word(2) + "/", login);
                var statement = connection.createStatement();
                var row = statement.executeQuery("select @@max_connections, @@max_connect_errors")) {
            if (row.next()) tell(to, row.getLong(1), row.getLong(2));
        }
    }

    private void tell(Findings to, long connections, long errors) throws IOException {
        var own = server.after("maxconn");
        var whole = host.global("maxconn").map(line -> line.word(1)).orElse("");
        var written = own.isEmpty() ? whole : own;
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
