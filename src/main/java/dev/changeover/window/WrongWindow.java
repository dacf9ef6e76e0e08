package dev.changeover.window;

/** No window can be like this; the message is a sentence that says why and what is needed. */
public final class WrongWindow extends IllegalArgumentException {
    private final Part part;

    WrongWindow(Part part, String sentence) {
        super(sentence);
        this.part = part;
    }

    /** The wrong part of the window; {@link Part#END} where start and end do not fit together. */
    public Part part() {
        return part;
    }

    /** The parts of a window. */
    public enum Part {
        START,
        END,
        ZONE
    }
}
