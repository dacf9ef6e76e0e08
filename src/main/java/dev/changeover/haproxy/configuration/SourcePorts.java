package dev.changeover.haproxy.configuration;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Servers to which HAProxy connects from ports of its own choice, {@code source ADDRESS:LOW-HIGH}. Two generations choose
 * from the same ones and know nothing of each other.
 */
public final class SourcePorts {
    private static final Pattern RANGE = Pattern.compile(".*:\\d+-\\d+");

    private SourcePorts() {}

    /** Their names, {@code backend/server}. */
    public static List<String> of(OperatorConfiguration file) {
        return file.settings().stream()
                .filter(line -> line.is("server") || line.is("server-template"))
                .filter(line -> RANGE.matcher(line.after("source")).matches())
                .map(line -> line.section() + "/" + line.word(1))
                .toList();
    }
}
