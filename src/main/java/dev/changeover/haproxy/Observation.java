package dev.changeover.haproxy;

import dev.changeover.haproxy.runtime.Answer;
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
        return switch (directory.masterSocket().ask("@!" + worker.getAsLong() + " show info")) {
            case Answer.Text answer -> live(directory, master.getAsLong(), worker.getAsLong(), fields(answer.text()));
            case Answer.Silence silence -> unknown(directory, silence.why());
            case Answer.Refused refused -> unknown(directory, "its master ended while it was asked");
            case Answer.Missing missing -> unknown(directory, "its master ended while it was asked");
        };
    }

    /** From what a worker answers on its own socket, where it names itself. */
    static Optional<Generation.Live> ofWorker(GenerationDirectory directory, long master, String info) {
        var fields = fields(info);
        var pid = Optional.ofNullable(fields.get("Pid")).map(Long::valueOf);
        return pid.flatMap(worker -> live(directory, master, worker, fields) instanceof Generation.Live live
                ? Optional.of(live)
                : Optional.empty());
    }

    private static Generation live(GenerationDirectory directory, long master, long worker, Map<String, String> info) {
        var version = info.get("Version");
        if (version == null) return unknown(directory, "its worker " + worker + " does not tell its version");
        return new Generation.Live(
                directory,
                master,
                worker,
                version,
                !"0".equals(info.get("Stopping")),
                Integer.parseInt(info.getOrDefault("CurrConns", "0")));
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
