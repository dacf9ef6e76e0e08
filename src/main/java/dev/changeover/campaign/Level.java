package dev.changeover.campaign;

import java.time.Duration;

/** How urgent a campaign is: how long owners have to choose, and the rights they have (REQUIREMENTS S9). */
public enum Level {
    /** Owners are told shortly before, and cannot cancel. */
    CRITICAL(Duration.ofDays(3), 0),
    MAJOR(Duration.ofDays(14), 1),
    MINOR(Duration.ofDays(30), 1);

    private final Duration choice;
    private final int cancellations;

    Level(Duration choice, int cancellations) {
        this.choice = choice;
        this.cancellations = cancellations;
    }

    /** From the end of the lead time to the deadline, where none is given. */
    public Duration choice() {
        return choice;
    }

    /** How often an owner may cancel a planned upgrade. */
    public int cancellations() {
        return cancellations;
    }
}
