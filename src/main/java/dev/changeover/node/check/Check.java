package dev.changeover.node.check;

import java.io.IOException;

/**
 * A look at one side of this host. A failure of its own is a finding, too.
 *
 * @param name one word, also for programs that read the findings
 */
public record Check(String name, Look look) {

    /** Looks, and changes nothing. */
    @FunctionalInterface
    public interface Look {
        void at(CheckedHost host, Findings findings) throws IOException, InterruptedException;
    }
}
