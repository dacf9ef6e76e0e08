package dev.changeover.temporal;

import java.nio.file.Path;

/** How tests reach Temporal: nothing is left behind when their process ends. */
public final class TestSettings {
    private TestSettings() {}

    public static TemporalSettings temporary(TemporalMode mode, Path data) {
        return of(mode, data, 0, true);
    }

    /** A dev server on any free port. */
    public static TemporalSettings devServer(Path data) {
        return temporary(TemporalMode.DEV_SERVER, data);
    }

    static TemporalSettings devServer(Path data, int port) {
        return of(TemporalMode.DEV_SERVER, data, port, true);
    }

    /** A dev server that stays when its process is killed. */
    public static TemporalSettings outlivingParent(Path data) {
        return of(TemporalMode.DEV_SERVER, data, 0, false);
    }

    private static TemporalSettings of(TemporalMode mode, Path data, int port, boolean endsWithParent) {
        return new TemporalSettings(mode, null, null, null, data, port, 0, true, endsWithParent, null);
    }
}
