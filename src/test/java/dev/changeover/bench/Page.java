package dev.changeover.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code workflows-docs/benchmarks.md}. It is written once every chapter has been measured in this JVM, so that figures
 * of different runs never stand side by side; a single benchmark only prints its chapter.
 */
public final class Page {
    private static final Path FILE = Path.of("workflows-docs", "benchmarks.md");

    /** The last chapter, which stays as it is: it comes from a run of the tests. */
    private static final String NOT_MEASURED_HERE = "## Where the minutes of the tests go";

    private static final Map<Chapter, String> CHAPTERS = new EnumMap<>(Chapter.class);

    /** What the machine was busy with before the first chapter was through. */
    private static String load = "";

    private Page() {}

    /** In the order of the page. */
    public enum Chapter {
        HANDOVER("What clients notice"),
        ADOPTION("What adopting takes, and many backends"),
        MANY_HANDOVERS("Through many handovers"),
        ENGINE("What the runbook costs"),
        ORDERS("What an order's signature costs"),
        RETURN("When an agent comes back"),
        TASKS("What the Task Center takes"),
        API("What programs wait for"),
        WINDOWS("Many upgrades for one opening"),
        CROWD("A crowd that waits while others run"),
        CAMPAIGNS("Campaigns of many members"),
        FLEET("What a large fleet takes"),
        CONSOLE("What open pages take"),
        FOOTPRINT("What the processes need"),
        BUSY_HOST("What a busy host takes");

        private final String title;

        Chapter(String title) {
            this.title = title;
        }
    }

    /** Prints the chapter, and writes the page if it was the last one. */
    public static synchronized void write(Chapter chapter, String... paragraphs) {
        var text = "## " + chapter.title + "\n" + String.join("\n\n", paragraphs) + "\n";
        System.out.println(text);
        if (CHAPTERS.isEmpty()) {
            load = read("/proc/loadavg").split(" ", 4)[2];
        }
        CHAPTERS.put(chapter, text);
        if (CHAPTERS.size() == Chapter.values().length) {
            save();
        }
    }

    /** A table; the first row is its head, and columns after the first are figures. */
    public static String table(List<List<String>> rows) {
        var rule = Stream.concat(
                        Stream.of("---"), rows.getFirst().stream().skip(1).map(column -> "---:"))
                .toList();
        return Stream.concat(Stream.of(rows.getFirst(), rule), rows.stream().skip(1))
                .map(row -> "| " + String.join(" | ", row) + " |")
                .collect(Collectors.joining("\n"));
    }

    /** The middle of the figures; of an even number the mean of the two in the middle. */
    public static double median(double... figures) {
        var sorted = Arrays.stream(figures).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** One decimal. */
    public static String figure(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** Two decimals, for ratios. */
    public static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static void save() {
        var introduction = """
                # Benchmarks

                Measured on %s by `mvn -Pbench verify`, which rewrites this page in one run, here of %d minutes:
                %s.
                Its load average over the quarter of an hour before was %s, so %s. It needs the same programs as the
                tests (two HAProxy versions, MariaDB, Temporal's development server).

                Proxy, database, Temporal, clients and agents share that one machine, so what is compared is measured
                side by side, in turns, within minutes of each other. Trust the ratios and the counts of failures; the
                absolute times are this machine's on that day, with whatever else it was doing, and promise nothing
                for another. A count of zero failures in N connections says with 95 %% confidence only that fewer than
                3/N fail.

                """.formatted(LocalDate.now(ZoneOffset.UTC), minutes(), machine(), load, quiet());
        try {
            var page = Files.readString(FILE);
            var kept = page.indexOf(NOT_MEASURED_HERE);
            Files.writeString(
                    FILE,
                    introduction
                            + String.join("\n", CHAPTERS.values())
                            + (kept < 0 ? "" : "\n" + page.substring(kept)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All of it runs in this JVM. */
    private static long minutes() {
        return ManagementFactory.getRuntimeMXBean().getUptime() / 60_000;
    }

    private static String quiet() {
        var processors = Runtime.getRuntime().availableProcessors();
        return Double.parseDouble(load) > processors
                ? "other work had a share of its processors, and times are longer than on a quiet one"
                : "it was quiet";
    }

    private static String machine() {
        return "%d processors (%s), %d GiB of memory, %s, Java %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        first("/proc/cpuinfo", "model name"),
                        Math.round(Long.parseLong(
                                        first("/proc/meminfo", "MemTotal").replaceAll("\\D", ""))
                                / 1048576.0),
                        first("/etc/os-release", "PRETTY_NAME").replace("\"", ""),
                        Runtime.version().feature());
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String first(String file, String key) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.split("[:=]", 2)[1].strip())
                .findFirst()
                .orElse("unknown");
    }
}
