package dev.changeover.campaign;

/** Something about a campaign cannot be done; nothing was planned or changed. */
public final class Refused extends RuntimeException {
    private final Why why;

    public enum Why {
        /** What was asked for is wrong in itself. */
        WRONG,
        UNKNOWN,
        /** Its state does not allow it. */
        NOT_NOW,
        /** What it takes may come: a version that its proxies could be brought to, or a proxy. */
        NOT_YET
    }

    public Refused(Why why, String sentence) {
        super(sentence, null, false, false);
        this.why = why;
    }

    public Why why() {
        return why;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
