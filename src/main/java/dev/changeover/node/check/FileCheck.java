package dev.changeover.node.check;

import dev.changeover.haproxy.GenerationDirectory;
import dev.changeover.haproxy.Program;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lets each HAProxy of this host judge the operator's file, with the agent's rights. Nothing is started. */
final class FileCheck {
    private FileCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var file = host.file();
        if (!file.isWhole()) {
            findings.problem(host.fileName(), "it is empty", "name the file that HAProxy shall run");
            return;
        }
        if (host.isAgentsRights() && !host.agent().mayRead(host.configuration().operatorFile())) {
            findings.problem(
                    host.fileName(),
                    "the agent runs as %s, who may not read it"
                            .formatted(host.agent().name()),
                    "let that user read it, or run the agent as root");
            return;
        }
        var unfit = Program.unfit(file);
        if (unfit.isPresent()) {
            findings.problem(host.fileName(), unfit.get(), "correct it, and run this again");
            return;
        }
        var running = host.foreign();
        if (running.isPresent()) {
            var missing = file.variablesOtherThan(running.get().environment());
            if (!missing.isEmpty()) {
                findings.problem(
                        host.fileName(),
                        "HAProxy %d was started with variables that it uses and the agent does not have, and what else is said here is said without them: %s"
                                .formatted(running.get().worker(), missing),
                        "put them into agent.env, and their names into CHANGEOVER_HAPROXY_ENVIRONMENT there");
                return;
            }
        }
        var judges = judges(host);
        if (judges.isEmpty()) {
            findings.warning(
                    host.fileName(),
                    "there is no HAProxy on this host that could judge it",
                    "run this again once a kernel is staged");
        }
        for (var judge : judges.entrySet()) judge(host, file, judge.getKey(), judge.getValue(), findings);
    }

    /** Every kernel of the store; else what runs, or what the host has installed. */
    private static Map<String, Program> judges(CheckedHost host) throws IOException, InterruptedException {
        var judges = new LinkedHashMap<String, Program>();
        for (var kernel : host.kernels().all()) {
            judges.put("kernel " + kernel.version(), Program.in(kernel.directory()));
        }
        if (!judges.isEmpty()) return judges;
        host.foreign()
                .map(RunningProxy::program)
                .ifPresent(
                        program -> judges.put("the HAProxy that runs (%s)".formatted(program.executable()), program));
        if (!judges.isEmpty()) return judges;
        ProgramRun.find("haproxy")
                .ifPresent(found -> judges.put(found.toString(), new Program(found, Optional.empty())));
        return judges;
    }

    private static void judge(
            CheckedHost host, OperatorConfiguration file, String name, Program program, Findings findings)
            throws IOException, InterruptedException {
        var draft = Files.createTempDirectory("hx");
        try {
            var directory = new RunDirectory(draft)
                    .prepare(file, RunDirectory.homeOf(host.configuration().operatorFile()));
            var launcher = host.agent().launcher();
            if (!launcher.isEmpty()) giveTo(host.agent(), draft);
            var judgement = program.judge(directory, launcher);
            var refusal = judgement.refusal();
            if (refusal.isPresent()) {
                findings.problem(
                        host.fileName(),
                        "%s refuses it: %s".formatted(name, ofOperatorsFile(host, directory, refusal.get())),
                        "correct it, and run this again");
                return;
            }
            findings.ok(host.fileName(), "%s accepts it".formatted(name));
            for (var said : judgement.deprecations()) {
                findings.warning(
                        host.fileName(),
                        "%s warns: %s".formatted(name, ofOperatorsFile(host, directory, said)),
                        "a later version may refuse it: change the line before an upgrade");
            }
        } finally {
            FileTree.delete(draft);
        }
    }

    private static String ofOperatorsFile(CheckedHost host, GenerationDirectory copy, String said) {
        return said.replaceAll(
                Pattern.quote(copy.path() + "/") + "haproxy[-a-z]*\\.cfg", Matcher.quoteReplacement(host.fileName()));
    }

    private static void giveTo(AgentUser agent, Path tree) throws IOException {
        List<Path> all;
        try (var paths = Files.walk(tree)) {
            all = new ArrayList<>(paths.toList());
        }
        for (var path : all) Files.setAttribute(path, "unix:uid", (int) agent.uid(), LinkOption.NOFOLLOW_LINKS);
    }
}
