package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeLockTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    Path directory;

    @Test
    void one_holder_at_a_time_whichever_lock_object_is_asked() throws Exception {
        var held = new NodeLock(directory).take(SHORT).orElseThrow();
        var refused = new boolean[1];
        var asking = Thread.ofPlatform().start(() -> refused[0] = isRefused());
        asking.join();
        assertThat(refused[0]).isTrue();

        held.close();
        new NodeLock(directory).take(SHORT).orElseThrow().close();
    }

    @Test
    void many_threads_take_turns_and_none_of_them_fails() {
        var turns = IntStream.range(0, 8)
                .mapToObj(thread ->
                        CompletableFuture.runAsync(this::takeAndGiveBackManyTimes, Thread::startVirtualThread))
                .toList();

        assertThat(turns).allSatisfy(turn -> assertThat(turn).succeedsWithin(Duration.ofSeconds(50)));
    }

    private void takeAndGiveBackManyTimes() {
        try {
            for (var turn = 0; turn < 200; turn++) {
                new NodeLock(directory)
                        .take(Duration.ofSeconds(30))
                        .orElseThrow()
                        .close();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void another_process_of_the_host_is_kept_out_until_its_holder_dies() throws Exception {
        var holder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            assertThat(new NodeLock(directory).take(SHORT)).isEmpty();
        } finally {
            holder.destroyForcibly().waitFor();
        }
        new NodeLock(directory).take(Duration.ofSeconds(5)).orElseThrow().close();
    }

    private boolean isRefused() {
        try {
            return new NodeLock(directory).take(SHORT).isEmpty();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes the lock and keeps it until it is killed. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            try (var held = new NodeLock(Paths.get(arguments[0])).take(SHORT).orElseThrow()) {
                System.out.println("held");
                TimeUnit.MINUTES.sleep(1);
                assertThat(held).isNotNull();
            }
        }
    }
}
