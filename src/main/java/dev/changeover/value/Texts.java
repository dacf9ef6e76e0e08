package dev.changeover.value;

import java.nio.charset.StandardCharsets;

/** Characters that a text may not contain, because no database keeps them and no answer could show them. */
public final class Texts {
    private Texts() {}

    /** Whether a text has no NUL and no half of a character. */
    public static boolean isPlain(String text) {
        return text.indexOf(0) < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** The first {@code most} characters, and a sign that there were more; never half of one. */
    public static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        var end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "…";
    }
}
