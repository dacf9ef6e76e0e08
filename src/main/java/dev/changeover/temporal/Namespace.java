package dev.changeover.temporal;

/**
 * The namespace that answers, wherever it is reached.
 *
 * @param id given by Temporal when the namespace was made; another Temporal's namespace of the same name has another
 * @param address where this process reaches it
 */
public record Namespace(TemporalMode mode, String id, String name, String address) {

    /** Asked before a namespace is used, and again whenever another answers, on the thread that looks at Temporal. */
    @FunctionalInterface
    public interface Admission {
        /** For a process that keeps nothing of its own about workflows, as an agent. */
        Admission ANY = namespace -> "";

        /** Why this process must not use it, in one sentence; empty when it may. What it throws is told, and it is asked again. */
        String refusal(Namespace namespace);
    }
}
