package dev.changeover.value;

/** What a variable of the environment may say. */
public final class Setting {
    private Setting() {}

    /**
     * @param name of the variable, whole
     * @param range of the values that are allowed, such as {@code 1 or more}
     * @throws IllegalArgumentException where the value is not allowed; the message is a sentence for operators
     */
    public static void require(boolean allowed, String name, Object value, String range) {
        if (!allowed) throw new IllegalArgumentException("%s is %s, and must be %s".formatted(name, value, range));
    }
}
