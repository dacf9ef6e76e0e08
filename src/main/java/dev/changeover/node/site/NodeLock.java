package dev.changeover.node.site;

import dev.changeover.host.FileTree;
import dev.changeover.host.SpareDirectory;
import dev.changeover.node.NodeFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One writer a node: a lock in this process and one on a file, which also keeps other processes of this host out. Held
 * for one act, such as a handover or the closing of one session, never for a whole retirement. The operating system
 * frees the file when its holder dies.
 */
public final class NodeLock {

    /** A handover takes seconds; whoever waits longer comes back later. */
    public static final Duration TURN = Duration.ofSeconds(30);

    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();
    private static final long LOOK_AGAIN_MILLIS = 20;

    private final Path file;
    private final ReentrantLock lock;

    public NodeLock(Path runDirectory) {
        this(runDirectory, "lock");
    }

    private NodeLock(Path runDirectory, String name) {
        file = runDirectory.resolve(name);
        lock = LOCKS.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new ReentrantLock());
    }

    /** For fetching kernels, one at a time: that may take an hour, in which what dies must be started again. */
    static NodeLock ofStaging(Path runDirectory) {
        return new NodeLock(runDirectory, "lock-staging");
    }

    /** Frees the lock. */
    public interface Held extends AutoCloseable {
        @Override
        public void close() throws IOException;
    }

    /** What nobody else may do meanwhile. */
    public interface Deed {
        void run() throws IOException, InterruptedException;
    }

    /** Does it with the lock, or fails with {@link NodeFault#NO_ANSWER} when somebody else keeps that for long. */
    public void hold(Deed deed) throws IOException, InterruptedException {
        try (var held = take(TURN).orElse(null)) {
            if (held == null) {
                throw NodeFault.NO_ANSWER.because(
                        "somebody else has been acting on this node for %d s".formatted(TURN.toSeconds()));
            }
            deed.run();
        }
    }

    /** Takes the lock, waiting at most {@code limit}; empty when somebody else kept it. Not reentrant. */
    public Optional<Held> take(Duration limit) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + limit.toNanos();
        if (!lock.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) return Optional.empty();
        FileChannel channel = null;
        FileLock held = null;
        try {
            channel = open();
            while ((held = channel.tryLock()) == null && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        } finally {
            if (held == null) free(channel);
        }
        if (held == null) return Optional.empty();
        var open = channel;
        return Optional.of(() -> free(open));
    }

    /** A disk that has become read-only must not keep the node's holders from each other, nor from the node. */
    private FileChannel open() throws IOException {
        var home = Objects.requireNonNull(file.getParent());
        try {
            FileTree.makePrivate(home);
            return open(file);
        } catch (AccessDeniedException notOurs) {
            throw notOurs;
        } catch (FileSystemException unwritable) {
            return open(SpareDirectory.make(home, unwritable).resolve(file.getFileName()));
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Closing the channel frees the lock on the file, which must be free before the next one of this process asks. */
    private void free(@Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) channel.close();
        } finally {
            lock.unlock();
        }
    }
}
