package dev.changeover.access;

import dev.changeover.access.Accounts.Entry;
import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The accounts as the database has them: a row for each project, and at least one. */
final class AccountRows {
    /** In one statement: an account that is changed meanwhile is never seen by halves. */
    private static final String ROWS = "select name, role, password_hash, created_at, project_id"
            + " from account a left join account_project p on p.account = a.name where ";

    private AccountRows() {}

    /** Those that a condition on the columns of {@code account} has, by name. */
    static List<Entry> entries(Sql sql, String condition, Object... values) {
        var rows = sql.list(ROWS + condition + " order by name", AccountRows::line, values).stream()
                .collect(Collectors.groupingBy(Line::name, LinkedHashMap::new, Collectors.toList()));
        return rows.values().stream().map(AccountRows::entry).toList();
    }

    private record Line(
            String name,
            Role role,
            boolean hasPassword,
            Instant created,
            @Nullable String project) {}

    private static Line line(Row row) {
        return new Line(
                row.text("name"),
                row.constant(Role.class, "role"),
                row.textOrNull("password_hash") != null,
                row.instant("created_at"),
                row.textOrNull("project_id"));
    }

    private static Entry entry(List<Line> rows) {
        var first = rows.getFirst();
        var projects =
                rows.stream().map(Line::project).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
        return new Entry(new Account(first.name(), first.role(), projects), first.hasPassword(), first.created());
    }
}
