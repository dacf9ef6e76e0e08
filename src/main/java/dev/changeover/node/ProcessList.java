package dev.changeover.node;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the database says its connections are doing, so that idle ones can be chosen and transactions be spared. */
final class ProcessList {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessList.class);
    private static final String QUERY = """
            select p.host, p.command = 'Sleep', t.trx_id is not null
              from information_schema.processlist p
              left join information_schema.innodb_trx t on t.trx_mysql_thread_id = p.id
            """;

    private ProcessList() {}

    /** What one connection does. */
    record Doing(boolean isIdle, boolean inTransaction) {}

    /** By the client's port; empty when no account is configured or the database does not answer. */
    static Map<Integer, Doing> now(AgentConfiguration.@Nullable ProcessListAccount account) {
        if (account == null) return Map.of();
        try {
            return ask(account);
        } catch (SQLException | IOException e) {
            LOG.warn(
                    "the process list of {} cannot be read, so every session counts as busy: {}",
                    account.address(),
                    e.getMessage());
            return Map.of();
        }
    }

    private static Map<Integer, Doing> ask(AgentConfiguration.ProcessListAccount account)
            throws SQLException, IOException {
        var login = new Properties();
        login.put("user", account.user());
        login.put("password", Files.readAllLines(account.passwordFile()).getFirst());
        login.put("connectTimeout", "3000");
        login.put("socketTimeout", "3000");
        var doing = new HashMap<Integer, Doing>();
        try (var connection = DriverManager.getConnection("jdbc:mariadb://" + account.address() + "/", login);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(QUERY)) {
            while (rows.next()) {
                var host = rows.getString(1);
                var port = host.substring(host.lastIndexOf(':') + 1);
                if (port.matches("\\d{1,5}"))
                    doing.put(Integer.valueOf(port), new Doing(rows.getBoolean(2), rows.getBoolean(3)));
            }
        }
        return doing;
    }
}
