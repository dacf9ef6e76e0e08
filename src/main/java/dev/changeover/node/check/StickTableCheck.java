package dev.changeover.node.check;

import java.io.IOException;

/** Stick tables that a new process would begin empty. */
final class StickTableCheck implements Check {

    @Override
    public String name() {
        return "stick-tables";
    }

    @Override
    public void look(CheckedHost host, Findings findings) throws IOException {
        for (var table : host.settings(line -> line.is("stick-table"))) {
            var subject = "stick-table of %s %s".formatted(table.kind(), table.section());
            var decides = !host.settings(line -> line.section().equals(table.section())
                            && line.is("stick")
                            && !line.word(1).equals("store-response"))
                    .isEmpty();
            if (!table.after("peers").isEmpty()) {
                findings.ok(subject, "its entries reach the next generation through peers " + table.after("peers"));
            } else if (decides) {
                findings.warning(
                        subject,
                        "it decides where sessions go and has no peers: a new generation begins without its entries",
                        "give it 'peers', with this host as one of them, or two servers may be written to after a handover");
            } else {
                findings.warning(
                        subject,
                        "it has no peers: what it counted is lost at a handover",
                        "give it 'peers' to keep it");
            }
        }
    }
}
