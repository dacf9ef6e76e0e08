package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.ConditionalText;
import dev.changeover.haproxy.configuration.ConfigurationSection;
import dev.changeover.haproxy.configuration.HaproxyEnvironment;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An unpacked HAProxy program with the libraries that came with it.
 *
 * @param executable absolute
 * @param libraries where the dynamic linker shall look first
 */
public record Program(Path executable, Optional<Path> libraries) {

    private static final int DEEPEST = 6;
    /** Of what every version prints when it is asked for its version; "HA-Proxy" before 2.4. */
    private static final byte[] SAID_OF_ITSELF = "Proxy version %s".getBytes(StandardCharsets.US_ASCII);

    private static final int LONGEST_OUTPUT = 2000;
    private static final int MOST_LINES = 5;
    private static final Pattern ALERT = Pattern.compile("^\\[ALERT]\\s*(\\d+/\\d+ )?\\(\\d+\\) : ");
    private static final Pattern WARNING =
            Pattern.compile("\\[WARNING]\\s*(?:\\d+/\\d+ )?\\(\\d+\\) : (?:config : )?(.*)");
    private static final Pattern DEPRECATED =
            Pattern.compile("deprecated|will be removed|hard error|not supported any");
    private static final Duration LONGEST_RUN = Duration.ofSeconds(20);

    /** Whether a program's name says that it is HAProxy: {@code haproxy24} of a distribution, {@code hapee-lb} of its makers. */
    static boolean isNamedAsOne(Path program) {
        var name = String.valueOf(program.getFileName());
        return name.startsWith("haproxy") || name.startsWith("hapee-");
    }

    /** Whether a program has what HAProxy says of itself, whatever its name; it is read and not run. */
    static boolean isOne(Path program) {
        try (var file = Files.newInputStream(program)) {
            var bytes = new byte[1 << 16];
            int matched = 0;
            for (int read = file.read(bytes); read > 0; read = file.read(bytes)) {
                for (int i = 0; i < read; i++) {
                    // Its first letter comes only once in it.
                    if (bytes[i] != SAID_OF_ITSELF[matched]) matched = 0;
                    if (bytes[i] == SAID_OF_ITSELF[matched]) matched++;
                    if (matched == SAID_OF_ITSELF.length) return true;
                }
            }
            return false;
        } catch (IOException notReadable) {
            return false;
        }
    }

    /** @throws IOException when the tree holds no HAProxy program, or more than one */
    public static Program in(Path directory) throws IOException {
        var root = directory.toRealPath();
        List<Path> programs;
        List<Path> libraries;
        try (var files = Files.walk(root, DEEPEST)) {
            programs = files.filter(file -> isProgram(root.relativize(file)) && Files.isRegularFile(file))
                    .toList();
        }
        try (var files = Files.walk(root, DEEPEST)) {
            libraries = files.filter(file -> isLibraryDirectory(file) && Files.isDirectory(file))
                    .toList();
        }
        if (programs.size() != 1) {
            throw new IOException(
                    directory + " holds " + programs.size()
                            + " HAProxy programs (usr/sbin/haproxy, haproxy or sbin/hapee-lb); a kernel package has exactly one");
        }
        return new Program(programs.getFirst(), libraries.stream().findFirst());
    }

    private static boolean isProgram(Path file) {
        // etc/init.d/haproxy and the like are not the program.
        return file.endsWith("usr/sbin/haproxy")
                || file.endsWith("sbin/hapee-lb")
                || file.equals(Path.of("haproxy"))
                || file.getNameCount() == 2 && file.endsWith("haproxy") && !file.startsWith("etc");
    }

    private static boolean isLibraryDirectory(Path directory) {
        var parent = directory.getParent();
        return parent != null
                && parent.endsWith("usr/lib")
                && directory.toString().contains("-linux-");
    }

    /**
     * The program's reported version: the second word after {@code HAProxy} in the first line of {@code haproxy -v}.
     *
     * @throws IOException when it cannot be executed, lacks a library, or says something else
     */
    public String reportedVersion() throws IOException, InterruptedException {
        var result = run(List.of(), Path.of("/"), Path.of("/"), Stream.of("-v"));
        var words =
                OperatorConfiguration.words(result.output().lines().findFirst().orElse(""));
        // "HAProxy version 2.6.12-1+deb12u4 2026/10/17 - …", "HA-Proxy version …" before 2.4
        if (result.exitCode() != 0 || words.size() < 3 || !words.get(1).equals("version")) {
            throw new IOException(executable + " -v: " + explain(result));
        }
        return words.get(2);
    }

    /** Lets the program judge the configuration of a generation; empty when it accepts it, else what it says. */
    public Optional<String> refusal(GenerationDirectory directory) throws IOException, InterruptedException {
        return judge(directory, List.of()).refusal();
    }

    /** Why a file cannot be handed over, though HAProxy accepts it; empty when it can. */
    public static Optional<String> unfit(OperatorConfiguration file) {
        var programs = file.sections().stream()
                .filter(section -> section.kind().equals("program"))
                .map(ConfigurationSection::name)
                .toList();
        if (programs.isEmpty()) return Optional.empty();
        return Optional.of(
                "section 'program %s': HAProxy's master starts it once more with each generation, and ends when it ends; give it a unit of its own, and take the section out"
                        .formatted(String.join(", ", programs)));
    }

    /**
     * The same with other rights than ours, and with what else the program says, in one run of it.
     *
     * @param launcher the words of a program that runs what follows, such as {@code setpriv}
     */
    public Judgement judge(GenerationDirectory directory, List<String> launcher)
            throws IOException, InterruptedException {
        var unfit = unfit(OperatorConfiguration.parse(
                Files.readString(directory.operatorConfiguration(), OperatorConfiguration.BYTES)));
        if (unfit.isPresent()) return Judgement.refused(unfit.get());
        // Without -q, which would swallow the reason as well.
        var result = run(
                launcher,
                directory.workingDirectory(),
                directory.path(),
                Stream.concat(Stream.of("-c"), directory.arguments().stream()));
        if (result.exitCode() != 0) return Judgement.refused(explain(result));
        var deprecations = result.output()
                .lines()
                .map(WARNING::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .filter(said -> DEPRECATED.matcher(said).find())
                .toList();
        return new Judgement(Optional.empty(), deprecations, result.output());
    }

    /**
     * What it says of a configuration.
     *
     * @param refusal why it does not accept it; empty where it does
     * @param deprecations of lines that it accepts and a later version may refuse, a sentence each
     * @param output all that it said of one that it accepts
     */
    public record Judgement(Optional<String> refusal, List<String> deprecations, String output) {
        private static Judgement refused(String why) {
            return new Judgement(Optional.of(why), List.of(), "");
        }
    }

    /**
     * An operator's file as this program reads it: without what its conditions rule out.
     *
     * @param home where the file is
     * @throws IOException when the program does not accept it; the message is its own words
     */
    public OperatorConfiguration reading(OperatorConfiguration file, Path home)
            throws IOException, InterruptedException {
        var text = new ConditionalText(file.text());
        var draft = Files.createTempDirectory("hx");
        try {
            var run = new RunDirectory(draft);
            var refusal = refusal(run.prepare(file, home));
            if (refusal.isPresent()) throw new IOException(refusal.get());
            if (!text.isConditional()) return file;
            var marked = run.prepare(OperatorConfiguration.parse(text.marked()), home);
            return OperatorConfiguration.parse(
                    text.read(judge(marked, List.of()).output()));
        } finally {
            FileTree.delete(draft);
        }
    }

    public Map<String, String> environment() {
        return libraries.map(path -> Map.of("LD_LIBRARY_PATH", path.toString())).orElse(Map.of());
    }

    /** All that HAProxy gets of ours: no secret of the agent's is one of its workers', Lua scripts' and checks' too. */
    void setVariables(Map<String, String> environment, Path generation) {
        environment.clear();
        environment.putAll(HaproxyEnvironment.variables());
        environment.put("HA_RUN", generation.toString());
        environment.putAll(environment());
    }

    private ProgramRun.Outcome run(List<String> launcher, Path directory, Path generation, Stream<String> arguments)
            throws IOException, InterruptedException {
        var command = Stream.of(launcher.stream(), Stream.of(executable.toString()), arguments)
                .flatMap(words -> words);
        return new ProgramRun(
                        directory, environment -> setVariables(environment, generation), LONGEST_RUN, command.toList())
                .run();
    }

    private static String explain(ProgramRun.Outcome result) {
        var hint = result.exitCode() == 127 ? " (a library is missing)" : "";
        return "exit code " + result.exitCode() + hint + ": " + lastWords(result.output());
    }

    /** Why HAProxy gave up, on one line: its alerts, or where it has none the last lines that it printed. */
    static String lastWords(String output) {
        var lines = output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        var alerts = lines.stream().filter(line -> line.startsWith("[ALERT]")).toList();
        var words = (alerts.isEmpty() ? lines : alerts)
                .reversed().stream()
                        .limit(MOST_LINES)
                        .map(line -> ALERT.matcher(line).replaceFirst(""))
                        .toList()
                        .reversed();
        var text = words.isEmpty() ? "it said nothing" : String.join("; ", words);
        return text.length() <= LONGEST_OUTPUT ? text : "…" + text.substring(text.length() - LONGEST_OUTPUT);
    }
}
