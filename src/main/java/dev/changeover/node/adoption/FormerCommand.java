package dev.changeover.node.adoption;

import dev.changeover.haproxy.Program;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.host.FileTree;
import dev.changeover.host.PrivateFile;
import dev.changeover.host.ProgramRun;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command that HAProxy was started with on a host without systemd, such as a container or one with scripts. Nobody
 * restarts or reloads it by itself, so there is nothing to hold.
 *
 * @param directory where it was started
 * @param words program and arguments
 * @param environment {@code NAME=value} each
 * @param output what it prints is appended there
 */
record FormerCommand(Path directory, List<String> words, List<String> environment, Path output) implements FormerOwner {
    private static final String STARTED = "CHANGEOVER_GIVEN_BACK";

    private static Path file(Path runDirectory) {
        return runDirectory.resolve("adopted-from");
    }

    /** Writes down how a HAProxy was started, for the way back. */
    static void note(RunningProxy proxy, Path runDirectory) throws IOException {
        var command = proxy.command();
        var parts = List.of(List.of(command.directory().toString()), firstWords(command.words()), proxy.environment());
        var text = String.join(
                "\0\0", parts.stream().map(part -> String.join("\0", part)).toList());
        FileTree.makePrivate(runDirectory);
        PrivateFile.write(file(runDirectory), text, StandardCharsets.ISO_8859_1);
    }

    /**
     * Without what a reload added, as the processes that it names are others by now, which nobody may signal; and without
     * {@code -C}, whose directory is the one that was noted.
     */
    static List<String> firstWords(List<String> arguments) {
        var words = new ArrayList<String>();
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "-sf", "-st" -> {
                    while (i + 1 < arguments.size() && arguments.get(i + 1).matches("\\d+")) i++;
                }
                case "-x", "-C" -> i++;
                default -> words.add(arguments.get(i));
            }
        }
        return words;
    }

    /** Empty where none was ever adopted. */
    static Optional<FormerCommand> noted(Path runDirectory) throws IOException {
        if (Files.notExists(file(runDirectory))) return Optional.empty();
        var parts = Files.readString(file(runDirectory), StandardCharsets.ISO_8859_1)
                .split("\0\0", -1);
        if (parts.length < 3) {
            throw new IOException(
                    "%s was damaged, so nobody knows how HAProxy was started before its adoption; it goes on serving under this agent: put the file back from a backup"
                            .formatted(file(runDirectory)));
        }
        return Optional.of(new FormerCommand(
                Path.of(parts[0]),
                List.of(parts[1].split("\0")),
                List.of(parts[2].split("\0")),
                runDirectory.resolve("given-back.log")));
    }

    @Override
    public String name() {
        return "'%s'".formatted(String.join(" ", words));
    }

    @Override
    public Program program() throws IOException {
        var name = words.getFirst();
        var program = name.contains("/")
                ? Optional.of(directory.resolve(name))
                : ProgramRun.find(name, variable("PATH").orElse(""));
        return new Program(
                program.orElseThrow(() -> new IOException("there is no " + name)),
                variable("LD_LIBRARY_PATH").map(Path::of));
    }

    private Optional<String> variable(String name) {
        return environment.stream()
                .filter(entry -> entry.startsWith(name + "="))
                .map(entry -> entry.substring(name.length() + 1))
                .findFirst();
    }

    @Override
    public void startWithSocketsOf(Path statsSocket) throws IOException {
        var command = new ArrayList<String>();
        command.add("setsid");
        command.add(words.getFirst());
        // Behind a "--" it would be a file.
        command.addAll(List.of("-x", statsSocket.toString()));
        command.addAll(words.subList(1, words.size()));
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().clear();
        for (var entry : environment) {
            var parts = entry.split("=", 2);
            // A master that was reloaded has these of its own making.
            if (parts.length == 2 && !parts[0].startsWith("HAPROXY_"))
                builder.environment().put(parts[0], parts[1]);
        }
        // Where its files are looked for when it is in its jail.
        builder.environment().put("PWD", directory.toString());
        builder.environment().put(STARTED, output.toString());
        builder.start();
    }

    @Override
    public String log() {
        return output.toString();
    }

    @Override
    public List<Long> processes() {
        return RunDirectory.startedWith(STARTED, output.toString());
    }

    @Override
    public void stop() {
        processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }
}
