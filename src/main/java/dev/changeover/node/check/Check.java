package dev.changeover.node.check;

import java.io.IOException;

/** Looks at one side of this host and changes nothing. A failure of its own is a finding, too. */
public interface Check {

    /** One word, also for programs that read the findings. */
    String name();

    void look(CheckedHost host, Findings findings) throws IOException, InterruptedException;
}
