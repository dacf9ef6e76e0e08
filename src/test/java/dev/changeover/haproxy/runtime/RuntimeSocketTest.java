package dev.changeover.haproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeSocketTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    Path directory;

    @Test
    void no_file_is_missing() {
        assertThat(new RuntimeSocket(directory.resolve("s")).ask("show info")).isInstanceOf(Answer.Missing.class);
    }

    @Test
    void a_file_that_nobody_listens_on_is_refused() throws Exception {
        var socket = directory.resolve("s");
        listen(socket).close();

        assertThat(new RuntimeSocket(socket).ask("show info")).isInstanceOf(Answer.Refused.class);
    }

    @Test
    void one_that_accepts_and_says_nothing_is_silent() throws Exception {
        var socket = directory.resolve("s");
        try (var server = listen(socket)) {
            assertThat(server.isOpen()).isTrue();
            assertThat(new RuntimeSocket(socket).ask("show info", SHORT, line -> {}))
                    .isInstanceOf(Answer.Silence.class);
        }
    }

    @Test
    void an_answer_that_breaks_off_is_silence_and_not_an_answer() throws Exception {
        var socket = directory.resolve("s");
        try (var server = listen(socket)) {
            var half = Thread.startVirtualThread(() -> {
                try (var client = server.accept()) {
                    client.write(ByteBuffer.wrap("Name: HAPr".getBytes()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });

            assertThat(new RuntimeSocket(socket).ask("show info")).isInstanceOf(Answer.Silence.class);
            half.join();
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        return server.bind(UnixDomainSocketAddress.of(socket), 1);
    }
}
