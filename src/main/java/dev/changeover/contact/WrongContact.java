package dev.changeover.contact;

/** No contact can be like this; the message is a sentence that says why and what is needed. */
public final class WrongContact extends IllegalArgumentException {
    private final String field;

    WrongContact(String field, String sentence) {
        super(sentence);
        this.field = field;
    }

    /** The wrong part, as files and requests name it: {@code email}. */
    public String field() {
        return field;
    }
}
