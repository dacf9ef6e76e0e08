package dev.changeover.temporal;

import dev.changeover.temporal.devserver.DevServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Temporal as somebody else would run it: none of our flags, nothing kept, killed at the end. */
record PlainServer(Path program, Process process, int port) implements AutoCloseable {
    static PlainServer start(String... flags) throws IOException, InterruptedException {
        return startAt(RealTemporal.freePort(), flags);
    }

    static PlainServer startAt(int port, String... flags) throws IOException, InterruptedException {
        var program = RealTemporal.program();
        var command = new ArrayList<String>(List.of(program.toString(), "server", "start-dev", "--headless"));
        command.addAll(List.of("--ip", "127.0.0.1", "--port", "" + port, "--log-level", "never"));
        command.addAll(List.of(flags));
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TEMPORAL_VERSION_CHECK_DISABLED", "1");
        var process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        if (!DevServerProcess.awaitPort(process.toHandle(), port, Duration.ofMinutes(2))) {
            throw new IOException("no Temporal at port " + port);
        }
        return new PlainServer(program, process, port);
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    TemporalSettings settings(Path dataDirectory) {
        return TemporalSettings.in(dataDirectory).external(address());
    }

    /** Runs a command line that begins with {@code temporal} against this server; its exit code. */
    int run(String commandLine) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(commandLine.split(" ")));
        words.set(0, program.toString());
        words.addAll(List.of("--address", address()));
        var cli = new ProcessBuilder(words).redirectErrorStream(true).start();
        System.out.print(new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        return cli.waitFor();
    }

    /** kill -9, and waits until it is gone. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
            process.getInputStream().close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
