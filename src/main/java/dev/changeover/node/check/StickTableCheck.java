package dev.changeover.node.check;

import dev.changeover.haproxy.RunTimeState;
import dev.changeover.haproxy.configuration.OperatorConfiguration.Setting;
import dev.changeover.haproxy.runtime.StickTable;
import java.io.IOException;

/** Whether the next generation gets to know what stick tables hold. */
final class StickTableCheck {
    private StickTableCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException {
        for (var table : host.settings(line -> line.is("stick-table"))) {
            var subject = "stick-table of %s %s".formatted(table.kind(), table.section());
            var decides = !host.settings(line -> line.section().equals(table.section())
                            && line.is("stick")
                            && !line.word(1).equals("store-response"))
                    .isEmpty();
            if (StickTable.isSettable(table.after("type"))
                    && RunTimeState.countsInArrays(table)
                    && table.after("peers").isEmpty()) {
                findings.warning(
                        subject,
                        "its entries are written into the next generation without what they count in arrays, gpc(N) and gpt(N), which is lost",
                        "give it 'peers', or count in gpc0, gpc1 and gpt0");
            } else if (StickTable.isSettable(table.after("type"))) {
                findings.ok(subject, "its entries are written into the next generation, unless they are too many");
            } else if (decides) {
                lookAtSticky(table, subject, findings);
            } else if (table.after("peers").isEmpty()) {
                findings.warning(
                        subject,
                        "it has keys of type %s and no peers: what it counted is lost at a handover"
                                .formatted(table.after("type")),
                        "give it 'peers' to keep it");
            } else {
                findings.ok(subject, "its entries reach the next generation through peers " + table.after("peers"));
            }
        }
    }

    private static void lookAtSticky(Setting table, String subject, Findings findings) {
        var type = table.after("type");
        var advice = "give it 'peers' with one on another host, or keys of another type";
        if (table.after("peers").isEmpty()) {
            findings.warning(
                    subject,
                    "it decides where sessions go, has keys of type %s and no peers: a new generation begins without its entries, and an upgrade is refused"
                            .formatted(type),
                    advice);
        } else {
            findings.warning(
                    subject,
                    "it decides where sessions go and has keys of type %s: a new generation knows its entries in time only where a peer on another host is up, and an upgrade is refused where none is"
                            .formatted(type),
                    advice);
        }
    }
}
