package dev.changeover.node.adoption;

import dev.changeover.haproxy.KernelOfProcess;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.configuration.ConfigurationFiles;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.RelativePaths;
import dev.changeover.haproxy.runtime.Statistics;
import dev.changeover.haproxy.runtime.UnansweredException;
import dev.changeover.host.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Whether what runs is what the operator's file says: what serves from an adoption on is the file. Changes nothing. */
record SameFile(RunningProxy proxy, List<Path> files, OperatorConfiguration content) {

    /** The first, which stands for all in sentences. */
    private Path file() {
        return files.getFirst();
    }

    /** @throws IOException when it is another one, or HAProxy itself does not accept it; the message says what differs */
    void check() throws IOException, InterruptedException {
        refuseOthers();
        refuseVariables();
        refuseOptions();
        refuseInherited();
        refuseAddresses();
        refuseSections();
        refuseRefused();
    }

    private void refuseOthers() throws IOException {
        // The directory of Red Hat's unit is empty.
        var running = ConfigurationFiles.of(proxy.command().files());
        var ours = ConfigurationFiles.of(files);
        if (ConfigurationFiles.areSame(running, ours)) return;
        throw new IOException(
                "HAProxy %d was started with %s and not with %s: name what it runs as haproxy_configuration"
                        .formatted(proxy.worker(), running, ours));
    }

    /** A file means what its variables make of it. */
    private void refuseVariables() throws IOException {
        var others = content.variablesOtherThan(proxy.environment());
        if (others.isEmpty()) return;
        throw new IOException(
                "HAProxy %d was started with variables that %s uses and ours would not have: %s; put them into agent.env, and their names into CHANGEOVER_HAPROXY_ENVIRONMENT there"
                        .formatted(proxy.worker(), file(), others));
    }

    /** Ours is started with its files alone. */
    private void refuseOptions() throws IOException {
        var unwritten = UnwrittenOptions.of(proxy.command(), content);
        if (unwritten.isEmpty()) return;
        throw new IOException("HAProxy %d was started with options that %s does not say, and ours would not have: %s"
                .formatted(proxy.worker(), file(), String.join("; ", unwritten)));
    }

    /** Sockets that a supervisor opened and passed on by number. */
    private void refuseInherited() throws IOException {
        for (var line : content.settings()) {
            var address = line.is("bind")
                    ? line.word(1)
                    : line.is("stats") && line.word(1).equals("socket") ? line.word(2) : "";
            if (!address.startsWith("fd@") && !address.startsWith("sockpair@")) continue;
            throw new IOException(
                    "'%s' of %s is a socket that HAProxy %d was given at its start, and ours would not have: write the address that it listens on, and see that whoever opens it now does not"
                            .formatted(String.join(" ", line.words()), file(), proxy.worker()));
        }
    }

    private void refuseAddresses() throws IOException {
        var listening = new ArrayList<>(proxy.addresses());
        // A port of a range, or in a variable, is not written as it is.
        listening.removeIf(address -> content.addresses().contains(address)
                || isWritten(Integer.toString(address.port()))
                || content.text().contains("$"));
        if (listening.isEmpty()) return;
        throw new IOException("HAProxy %d listens on %s, of which %s says nothing: %s"
                .formatted(proxy.worker(), listening, file(), "it was started with something else"));
    }

    /** Every name that runs is a word of the file, and every frontend of the file runs. */
    private void refuseSections() throws IOException {
        var api = proxy.api(content.text());
        if (api.isEmpty()) return;
        Statistics running;
        try {
            running = api.get().statistics();
        } catch (UnansweredException silent) {
            return;
        }
        var isTemplate =
                content.text().contains("server-template") || content.text().contains("$");
        for (var row : running.rows()) {
            if (!content.isForClients(row.section())) continue;
            // A variable may have made the name of a section.
            if (!isWritten(row.section())
                    && content.sections().stream()
                            .noneMatch(section -> section.name().equals(row.section())))
                throw differs("it runs '%s', which is not in the file".formatted(row.section()));
            if (row.isServer() && !isTemplate && !isWritten(row.name())) {
                throw differs(
                        "it runs server '%s/%s', which is not in the file; one that was added at run time is to be written into it"
                                .formatted(row.section(), row.name()));
            }
        }
        for (var frontend : content.frontends()) {
            if (!frontend.addresses().isEmpty()
                    && running.rows().stream()
                            .noneMatch(row -> row.isFrontend() && row.section().equals(frontend.name()))) {
                throw differs("the file has a frontend '%s', which does not run".formatted(frontend.name()));
            }
        }
    }

    private IOException differs(String what) {
        return new IOException(
                "HAProxy %d was started with something else than %s is now: %s; reload it, or put back the file"
                        .formatted(proxy.worker(), file(), what));
    }

    private boolean isWritten(String word) {
        return Pattern.compile("(?<![\\w.-])" + Pattern.quote(word) + "(?![\\w.-])")
                .matcher(content.text())
                .find();
    }

    private void refuseRefused() throws IOException, InterruptedException {
        var draft = Files.createTempDirectory("hx");
        try {
            var generation = new RunDirectory(draft).prepare(content, RunDirectory.homeOf(file()));
            var refusal = KernelOfProcess.of(proxy.worker()).refusal(generation);
            if (refusal.isPresent()) {
                var advice = UnwrittenOptions.advice(
                        proxy.command(), new RelativePaths(content.text(), RunDirectory.homeOf(file())), refusal.get());
                throw new IOException("the program of process %d does not accept %s any more: %s%s"
                        .formatted(proxy.worker(), file(), refusal.get(), advice));
            }
        } finally {
            FileTree.delete(draft);
        }
    }
}
