package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.HaproxyKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An operator who types a page on the machines that its prompts mean, and compares what they print; {@code node} means all
 * nodes.
 *
 * @param kernels the distribution's two packages of today: those of the page vanish one day
 * @param ofThisHost addresses and ports in place of the page's
 * @param tokens what was printed to be typed later: a node's token, and the job
 */
record PageReader(
        Map<String, Machine> machines,
        List<String> nodes,
        HaproxyKernels.Available kernels,
        UnaryOperator<String> ofThisHost,
        Map<String, String> tokens) {

    static final String CONTROL = "control";

    PageReader(List<String> nodes, HaproxyKernels.Available kernels, UnaryOperator<String> ofThisHost) {
        this(new ConcurrentHashMap<>(), nodes, kernels, ofThisHost, new ConcurrentHashMap<>());
    }

    interface Preparation {
        void of(Machine machine) throws Exception;
    }

    interface Reading {
        void by(PageReader operator) throws Exception;
    }

    private interface Deed {
        void on(String machine) throws Exception;
    }

    /**
     * Boots the control plane's machine and the nodes', lets the page be read, and ends them; prints what their units said
     * if it fails.
     */
    void read(List<String> bound, Preparation preparation, Reading reading) throws Exception {
        try {
            each(Stream.concat(Stream.of(CONTROL), nodes.stream()).toList(), name -> {
                var machine = Machine.boot(name, bound);
                machines.put(name, machine);
                preparation.of(machine);
            });
            reading.by(this);
        } catch (Exception | AssertionError failure) {
            printJournals();
            throw failure;
        } finally {
            machines.values().forEach(Machine::close);
        }
    }

    /** On every machine that the prompt means; fails where it fails, or prints something else than the page shows. */
    void type(PageCommand command, Consumer<String> heard) throws Exception {
        if (command.command().startsWith("changeover plan ")) awaitAgents();
        each(command.where().equals("node") ? nodes : List.of(command.where()), name -> {
            var printed = new ArrayList<String>();
            var typed = ofThisHost.apply(ofToday(command.command())
                    .replace("TOKEN", tokens.getOrDefault(name, "TOKEN"))
                    .replace("JOB", tokens.getOrDefault("JOB", "JOB")));
            var exit = machine(name).run(typed, line -> {
                printed.add(line);
                heard.accept(line);
            });
            assertThat(exit)
                    .as("%s on %s: %s", typed, name, String.join("\n", printed))
                    .isZero();
            assertThat(command.isWhatItShows(printed))
                    .as(
                            "%s on %s prints%n%s%nwhere the page shows%n%s",
                            typed, name, String.join("\n", printed), String.join("\n", command.shown()))
                    .isTrue();
            printed.stream()
                    .filter(line -> line.startsWith("job "))
                    .forEach(line -> tokens.put("JOB", line.substring("job ".length())));
            if (typed.contains(" node enroll ")) {
                tokens.put(
                        typed.substring(typed.lastIndexOf(' ') + 1),
                        printed.getLast().strip());
            }
        });
    }

    /** As the pages say: some seconds after the agents were started. A plan itself waits five seconds for them. */
    private void awaitAgents() throws Exception {
        machine(CONTROL)
                .printed("timeout 60 sh -c 'until [ $(changeover nodes | grep -c NORMAL) = %d ]; do sleep 0.2; done'"
                        .formatted(nodes.size()));
    }

    Machine machine(String name) {
        return Objects.requireNonNull(machines.get(name), name);
    }

    private String ofToday(String command) {
        return command.replace("2.6.12-1+deb12u4", kernels.newer().reportedVersion())
                .replace("2.6.12.4", kernels.newer().version())
                .replace("2.6.12.3", kernels.older().version())
                .replaceAll("[0-9a-f]{64}", kernels.newer().sha256());
    }

    /** What the machines' units said last. */
    private void printJournals() throws Exception {
        for (var machine : machines.values()) {
            machine.run(
                    "journalctl -n 60 -o cat -u 'changeover*'",
                    line -> System.out.println(machine.name() + ": " + line));
        }
    }

    /** Side by side. */
    private static void each(List<String> machines, Deed deed) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = machines.stream()
                    .map(machine -> threads.submit(() -> {
                        deed.on(machine);
                        return machine;
                    }))
                    .toList();
            for (var each : done) each.get();
        }
    }
}
