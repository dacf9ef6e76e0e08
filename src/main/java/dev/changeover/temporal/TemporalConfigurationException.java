package dev.changeover.temporal;

/** The configuration cannot work, whatever Temporal does later. The message is one sentence for the operator. */
public final class TemporalConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TemporalConfigurationException(String message) {
        super(message);
    }
}
