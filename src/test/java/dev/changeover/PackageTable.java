package dev.changeover;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which package may import which, and how many files it may have, as the table of a document says:
 * {@code | `upgrade` | the heart | `node` (contract), `task` | 24 |}. Brackets narrow an import down: {@code contract} to
 * interfaces, records, enums and exceptions, a name to that class.
 */
final class PackageTable {
    private static final String BASE = "dev.changeover";
    private static final Pattern ROW = Pattern.compile("\\| (`[^|]*) \\|[^|]*\\| ([^|]*) \\|(?: (\\d+) \\|)?");
    private static final Pattern NAME = Pattern.compile("`([\\w.]+)`(?: \\(`?(\\w+)`?\\))?");

    /** So many files may stand in a package that has no number. */
    private static final int FILES = 20;

    private final Map<String, Imports> rows = new TreeMap<>();
    private final Map<String, Integer> files = new TreeMap<>();

    /**
     * One row's last column.
     *
     * @param others whether all are allowed but the named ones, or none but them
     * @param named by package: what they are narrowed down to; empty for all of it
     */
    private record Imports(boolean others, Map<String, String> named) {

        static Imports of(String text) {
            var named = new TreeMap<String, String>();
            NAME.matcher(text).results().forEach(found -> named.put(found.group(1), narrowing(found)));
            return new Imports(text.startsWith("all"), named);
        }

        private static String narrowing(MatchResult found) {
            return Optional.ofNullable(found.group(2)).orElse("");
        }

        boolean allow(String imported, JavaClass type) {
            var narrowing = named.get(imported);
            if (others || narrowing == null) {
                return others && narrowing == null;
            }
            return switch (narrowing) {
                case "" -> true;
                case "contract" ->
                    type.isInterface()
                            || type.isRecord()
                            || type.isEnum()
                            || type.isAssignableTo(RuntimeException.class);
                default -> type.getSimpleName().equals(narrowing);
            };
        }
    }

    static PackageTable read(Path document) {
        try {
            return of(Files.readAllLines(document));
        } catch (IOException missing) {
            throw new IllegalStateException(missing);
        }
    }

    static PackageTable of(List<String> lines) {
        var table = new PackageTable();
        lines.stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .forEach(row ->
                        NAME.matcher(row.group(1)).results().forEach(name -> table.put(packageOf(name.group(1)), row)));
        return table;
    }

    private void put(String name, MatchResult row) {
        rows.put(name, Imports.of(row.group(2)));
        if (row.group(3) != null) {
            files.put(name, Integer.parseInt(row.group(3)));
        }
    }

    /** @param counted how many files there are, by package */
    List<String> tooLarge(Map<String, Long> counted) {
        return new TreeMap<>(counted)
                .entrySet().stream()
                        .filter(entry -> entry.getValue() > most(entry.getKey()))
                        .map(entry -> "%s has %d files, and may have %d"
                                .formatted(entry.getKey(), entry.getValue(), most(entry.getKey())))
                        .toList();
    }

    private int most(String name) {
        return files.getOrDefault(name, FILES);
    }

    Set<String> packages() {
        return rows.keySet();
    }

    /** The part of the name below the base package; empty for the base package itself. */
    static String packageOf(String name) {
        var below = name.startsWith(BASE) ? name.substring(BASE.length()) : "." + name;
        return below.isEmpty() ? "" : below.substring(1);
    }

    /** The fault of this import; empty if there is none. */
    Optional<String> objection(JavaClass importing, JavaClass imported) {
        var from = packageOf(importing.getPackageName());
        var to = packageOf(imported.getPackageName());
        var row = rows.get(from);
        if (from.equals(to) || row == null || row.allow(to, imported)) {
            return Optional.empty();
        }
        return Optional.of("%s may not import %s".formatted(from, to.isEmpty() ? BASE : to));
    }
}
