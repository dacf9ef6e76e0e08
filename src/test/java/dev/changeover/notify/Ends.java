package dev.changeover.notify;

import dev.changeover.notify.Sender.Result;

/** How an attempt ended, in a word for tables of tests. */
public final class Ends {
    private Ends() {}

    /** The status of a final one; LATER, AWAY where that concerns all of the channel, or MAYBE. */
    public static String of(Result result) {
        return switch (result) {
            case Result.Final ended -> ended.status().name();
            case Result.Later later -> later.all() ? "AWAY" : "LATER";
            case Result.Maybe maybe -> "MAYBE";
        };
    }
}
