package dev.changeover.notify.mail;

/** The names of upgrades in Message-IDs and UIDs. */
final class Threads {
    private Threads() {}

    /** Only characters that both allow. */
    static String of(String thread) {
        return thread.replaceAll("[^A-Za-z0-9-]", ".");
    }
}
