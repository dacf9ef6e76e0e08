package dev.changeover.server;

import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskPage;
import dev.changeover.task.TemporalHome;
import io.micronaut.context.ApplicationContext;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Map;

/** Lets the ledger of this host's settings go to another Temporal, while no server runs. */
public final class TemporalMove {
    /** Of a context that has the database and nothing that serves or works. */
    static final String DATABASE_ALONE = "database-alone";

    private TemporalMove() {}

    /**
     * Says where the ledger is at home and which upgrades run there, and takes it away when {@code confirmed}. Where it is
     * at home nowhere, names the database: another one than the servers' may have been looked at.
     *
     * @return the command's exit code: 0 when the next server may take its own Temporal for the ledger's, else 1
     */
    public static int of(boolean confirmed, PrintWriter out) {
        return of(confirmed, out, Map.of());
    }

    static int of(boolean confirmed, PrintWriter out, Map<String, Object> properties) {
        try (var context = ApplicationContext.builder()
                .banner(false)
                .deduceEnvironment(false)
                .environments(DATABASE_ALONE)
                .properties(properties)
                .start()) {
            var homes = context.getBean(TemporalHome.class);
            var home = homes.home();
            if (home.isEmpty()) {
                out.printf(
                        "The ledger in %s belongs to no Temporal: the first that a server of it meets becomes its own.%n",
                        database(context));
                out.println("Is this not the servers' database? Type this as their user, with their CHANGEOVER_DATA and"
                        + " CHANGEOVER_DATABASE_ variables, which their unit reads from server.env.");
                return 0;
            }
            var lost = new ArrayList<String>();
            context.getBean(TaskLedger.class).eachOpen(task -> lost.add(line(task)));
            out.printf(
                    "This ledger belongs to %s, since %s.%n",
                    home.get(), home.get().since());
            out.println(
                    lost.isEmpty()
                            ? "No upgrade is open."
                            : "Lost with it, for changeover repair to end or to begin anew: %d open upgrades."
                                    .formatted(lost.size()));
            lost.forEach(out::println);
            if (!confirmed) {
                out.println("Nothing was changed. To do it: changeover temporal move --confirm");
                return 1;
            }
            homes.leave();
            out.println("Done. The server that starts next takes its own Temporal for the ledger's.");
            return 0;
        }
    }

    /** Its address, without the options behind it. */
    private static String database(ApplicationContext context) {
        return context.getRequiredProperty("changeover.database.url", String.class)
                .replaceFirst("[;?].*", "");
    }

    private static String line(TaskPage.Line task) {
        return "  %s  proxy %s  %s".formatted(task.jobId(), task.proxyId(), task.phase());
    }
}
