package dev.changeover.node.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.host.FileTree;
import dev.changeover.node.NodeState;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a sandbox node to other processes of its host, which cannot look at a relay in its agent's memory: a unix socket
 * in the run directory, for this user only, that answers every connection with the node's state as JSON.
 */
public final class SandboxStatus implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxStatus.class);
    private static final ObjectMapper JSON = JacksonJsonPayloadConverter.newDefaultObjectMapper();

    private final Path file;
    private final ServerSocketChannel door;
    private final Supplier<NodeState> status;

    private SandboxStatus(Path file, ServerSocketChannel door, Supplier<NodeState> status) {
        this.file = file;
        this.door = door;
        this.status = status;
    }

    /**
     * @param runDirectory is made where there is none yet, as at the first start of a node's agent
     * @throws IOException when the socket cannot be made, such as for a run directory with a too long path
     */
    public static SandboxStatus show(Path runDirectory, Supplier<NodeState> status) throws IOException {
        FileTree.makePrivate(runDirectory);
        var file = socket(runDirectory);
        Files.deleteIfExists(file);
        var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        door.bind(address(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        var shown = new SandboxStatus(file, door, status);
        Thread.ofVirtual().name("sandbox-status").start(shown::answer);
        return shown;
    }

    /** What the agent that runs on this host sees; empty where none does. */
    public static Optional<NodeState> ask(Path runDirectory) throws IOException {
        var file = socket(runDirectory);
        if (Files.notExists(file)) return Optional.empty();
        try (var channel = SocketChannel.open(address(file));
                var in = Channels.newInputStream(channel)) {
            return Optional.of(JSON.readValue(in, NodeState.class));
        } catch (ConnectException nobody) {
            return Optional.empty();
        }
    }

    private static Path socket(Path runDirectory) {
        return runDirectory.resolve("status.sock");
    }

    private static UnixDomainSocketAddress address(Path file) {
        return UnixDomainSocketAddress.of(file);
    }

    private void answer() {
        while (door.isOpen()) {
            try (var channel = door.accept();
                    var out = Channels.newOutputStream(channel)) {
                JSON.writeValue(out, status.get());
            } catch (ApplicationFailure | UncheckedIOException | IOException failed) {
                if (door.isOpen()) LOG.warn("the node's state could not be shown: {}", failed.getMessage());
            }
        }
    }

    @Override
    public void close() {
        try {
            // A closed socket takes calls until the thread that waits at it has noticed.
            Files.deleteIfExists(file);
            door.close();
        } catch (IOException gone) {
            LOG.debug("the socket was gone already", gone);
        }
    }
}
