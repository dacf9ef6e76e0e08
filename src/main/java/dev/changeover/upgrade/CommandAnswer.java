package dev.changeover.upgrade;

/**
 * The answer to a command: noted, or why the phase does not allow it (then nothing changed).
 *
 * @param refusal empty when the command was noted
 */
public record CommandAnswer(String refusal, Progress progress) {

    /** Whether the upgrade will act on it. */
    public boolean noted() {
        return refusal.isEmpty();
    }
}
