package dev.changeover.haproxy;

import dev.changeover.haproxy.runtime.Answer;
import dev.changeover.haproxy.runtime.RuntimeChannel;
import dev.changeover.haproxy.runtime.ThroughMaster;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code show proc} of a master and {@code show info} of its worker. */
final class Observation {

    private static final Pattern MASTER = Pattern.compile("(?m)^(\\d+)\\s+master\\s");
    private static final Pattern WORKER = Pattern.compile("(?m)^(\\d+)\\s+worker\\s");

    private Observation() {}

    static Generation of(GenerationDirectory directory, String processes) {
        var master = first(MASTER, processes);
        var worker = first(WORKER, processes);
        if (master.isEmpty()) return unknown(directory, "its master answers with something else: " + processes.strip());
        // Before the worker is up and after it ended the master is alone for a moment.
        if (worker.isEmpty()) return unknown(directory, "its master has no worker");
        var channel = new ThroughMaster(directory.masterSocket(), worker.getAsLong());
        return switch (channel.ask("show info")) {
            case Answer.Text answer ->
                live(directory, master.getAsLong(), worker.getAsLong(), channel, answer.text())
                        .<Generation>map(live -> live)
                        .orElseGet(() ->
                                unknown(directory, "its worker " + worker.getAsLong() + " does not tell its version"));
            case Answer.Silence silence -> unknown(directory, silence.why());
            case Answer.Refused refused -> unknown(directory, "its master ended while it was asked");
            case Answer.Missing missing -> unknown(directory, "its master ended while it was asked");
        };
    }

    /** From what a worker answers on its own socket, where it names itself. */
    static Optional<Generation.Live> ofWorker(GenerationDirectory directory, long master, String info) {
        return Optional.ofNullable(fields(info).get("Pid"))
                .map(Long::valueOf)
                .flatMap(worker ->
                        live(directory, master, worker, new ThroughMaster(directory.masterSocket(), worker), info));
    }

    /** Empty when the answer tells no version. */
    static Optional<Generation.Live> live(
            GenerationDirectory directory, long master, long worker, RuntimeChannel channel, String info) {
        var fields = fields(info);
        return Optional.ofNullable(fields.get("Version"))
                .map(version -> new Generation.Live(
                        directory,
                        master,
                        worker,
                        version,
                        !"0".equals(fields.get("Stopping")),
                        Integer.parseInt(fields.getOrDefault("CurrConns", "0")),
                        Optional.of(channel)));
    }

    private static Map<String, String> fields(String info) {
        return info.lines()
                .map(line -> line.split(": ", 2))
                .filter(field -> field.length == 2)
                .collect(Collectors.toMap(field -> field[0], field -> field[1].strip(), (first, second) -> first));
    }

    private static Generation.Unknown unknown(GenerationDirectory directory, String why) {
        return new Generation.Unknown(directory, directory.path() + ": " + why);
    }

    private static OptionalLong first(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
