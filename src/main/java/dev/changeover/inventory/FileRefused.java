package dev.changeover.inventory;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A file was not read, because of everything that is wrong in it; the message has one line for each fault. */
public final class FileRefused extends IllegalArgumentException {
    /** So many are told. */
    static final int MOST = 200;

    private final List<Fault> faults;

    FileRefused(List<Fault> faults) {
        super(faults.stream().sorted(Fault.BY_LINE).map(Fault::toString).collect(Collectors.joining("\n"))
                + (faults.size() < MOST ? "" : "\nthese are the first %d: there may be more".formatted(MOST)));
        this.faults = List.copyOf(faults);
    }

    /** The message without lines, for a text that its author has not written. */
    public String sentences() {
        return faults.stream().map(Fault::text).collect(Collectors.joining("\n"));
    }

    /**
     * @param line counts from 1
     * @param text a sentence that says what is wrong and what is needed
     */
    public record Fault(int line, String text) {
        private static final Comparator<Fault> BY_LINE = Comparator.comparingInt(Fault::line);

        @Override
        public String toString() {
            return "line %d: %s".formatted(line, text);
        }
    }
}
