package dev.changeover.node.adoption;

import dev.changeover.haproxy.CommandLine;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.OperatorConfiguration.Setting;
import dev.changeover.haproxy.configuration.RelativePaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settings of a command line, which count more than those of the file, and what to write into the file instead. */
final class UnwrittenOptions {

    private UnwrittenOptions() {}

    /** What the file lacks, a sentence each. */
    static List<String> of(CommandLine command, OperatorConfiguration file) {
        var lacking = new ArrayList<String>();
        command.last("-L")
                .filter(name -> namesItself(file)
                        && !lastOf(file, "global", "localpeer").equals(Optional.of(name)))
                .ifPresent(name ->
                        lacking.add("-L %s, the name that its peers know: write 'localpeer %s' into section 'global'"
                                .formatted(name, name)));
        command.last("-n")
                .filter(limit ->
                        !limit.equals("0") && !lastOf(file, "global", "maxconn").equals(Optional.of(limit)))
                .ifPresent(limit ->
                        lacking.add("-n %s: write 'maxconn %s' into section 'global', in place of any other there"
                                .formatted(limit, limit)));
        command.last("-N")
                .filter(limit -> lastOf(file, "defaults", "maxconn").isEmpty())
                .ifPresent(limit ->
                        lacking.add("-N %s: write 'maxconn %s' into section 'defaults'".formatted(limit, limit)));
        if (command.has("-dV") && !lastOf(file, "global", "ssl-server-verify").equals(Optional.of("none"))) {
            lacking.add("-dV: write 'ssl-server-verify none' into section 'global'");
        }
        return lacking;
    }

    /** Why the same program accepted the file where it was started, and what to write into it; empty where nobody knows. */
    static String advice(CommandLine command, RelativePaths paths, String refusal) {
        if (command.has("-dr") && refusal.contains("could not resolve address")) {
            return "; it was started with -dr: write 'default-server init-addr last,libc,none' into section 'defaults'";
        }
        var directory = command.directory();
        if (directory.equals(paths.begin()) || !paths.areIn(directory, refusal)) return "";
        return "; it was started in %s: write 'default-path origin %s' first into section 'global', and whole paths where that does not count"
                .formatted(directory, directory);
    }

    /** Whether it matters which of its peers it is. */
    private static boolean namesItself(OperatorConfiguration file) {
        return file.sections().stream().anyMatch(section -> section.kind().equals("peers"))
                || file.text().contains("HAPROXY_LOCALPEER");
    }

    private static Optional<String> lastOf(OperatorConfiguration file, String section, String keyword) {
        return file.settings().stream()
                .filter(line -> line.kind().equals(section) && line.is(keyword))
                .map((Setting line) -> line.word(1))
                .reduce((first, last) -> last);
    }
}
