package dev.changeover.demo;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** A short wait between two looks at something that is still coming up. */
final class Pause {
    private Pause() {}

    static void millis(long millis) throws InterruptedIOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting");
        }
    }
}
