package dev.changeover.upgrade.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Some who each take the next number until all are done; the first failure is theirs who wait. */
final class Callers {
    private Callers() {}

    /** The work for a number. */
    @FunctionalInterface
    interface Deed {
        void on(int number) throws Exception;
    }

    static void each(int callers, int many, Deed deed) throws Exception {
        try (var threads = Executors.newFixedThreadPool(callers)) {
            var deeds = IntStream.range(0, many)
                    .<Callable<Integer>>mapToObj(number -> () -> {
                        deed.on(number);
                        return number;
                    })
                    .toList();
            for (Future<Integer> done : threads.invokeAll(deeds)) {
                done.get();
            }
        }
    }
}
