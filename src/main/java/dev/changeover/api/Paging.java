package dev.changeover.api;

import org.jspecify.annotations.Nullable;

/** Parts of long lists (REQUIREMENTS A3). */
public final class Paging {
    /** So many rows one part of a list has at most. */
    public static final int MOST = 50;

    /** Part of a list: so many are left out, and so many shown. */
    public record Part(int offset, int limit) {}

    private Paging() {}

    /**
     * The parameters {@code offset}, 0 if not said, and {@code limit}.
     *
     * @param unsaid how many are shown if the caller does not say it
     * @throws ApiException as {@link Parameters#number}
     */
    public static Part part(@Nullable String offset, @Nullable String limit, int unsaid, int most) {
        return new Part(
                Parameters.number("offset", offset, 0, 0, Integer.MAX_VALUE),
                Parameters.number("limit", limit, unsaid, 1, most));
    }
}
