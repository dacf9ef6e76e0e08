package dev.changeover.inventory;

import dev.changeover.inventory.FileRefused.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * A text in YAML or JSON while it is read: the faults found so far and the names declared so far. A reader goes on after a fault
 * with some value that never leaves {@link #read}, so that one attempt finds all of them. The text is read once, entry
 * by entry, so that its length needs no memory.
 *
 * <p>Only the tree of texts is used. Tags and aliases are refused: nothing is created by name, and no small file stands
 * for a huge one.
 */
final class YamlFile {
    /** 100,000 proxies of eight nodes, each on an instance of its own: about 200 MiB while they are read. */
    private static final int MOST_NAMES = 1_000_000;

    private final FileFormat format;
    private final List<Level> levels;
    private final Set<Fault> faults = new LinkedHashSet<>();
    /** Tags, aliases and broken texts: where there are any, nothing else is said. */
    private final Set<Fault> foreign = new LinkedHashSet<>();

    private final Map<String, Integer> declared = new HashMap<>();

    private YamlFile(FileFormat format, List<Level> levels) {
        this.format = format;
        this.levels = levels;
    }

    /**
     * A list whose entries are read one after the other.
     *
     * @param list its key in the entry that has it
     * @param kind the word for its entries, and {@code keys} that they know
     * @param reader gets each entry; those of the lists in it came before
     */
    record Level(String list, String kind, List<String> keys, Consumer<YamlBlock> reader) {}

    /**
     * Reads a text whose top level is a mapping with the list of the first level, whose entries have that of the next.
     *
     * @throws FileRefused with every fault
     * @throws UncheckedIOException if the text ends before its end
     */
    static void read(FileFormat said, Reader text, Level... levels) {
        var whole = new BufferedReader(text);
        var format = said.of(whole);
        var file = new YamlFile(format, List.of(levels));
        file.read(new YamlEntries(format.events(whole), file));
        var told = file.foreign.isEmpty() ? file.faults : file.foreign;
        if (!told.isEmpty()) {
            throw new FileRefused(List.copyOf(told));
        }
    }

    private void read(YamlEntries text) {
        var list = levels.getFirst().list();
        try {
            if (!(text.getSingleNode() instanceof MappingNode mapping)
                    || !isThere(list, new YamlBlock(this, "the file", mapping, List.of(list)))) {
                fault(1, "the file needs a list '%s'".formatted(list));
            }
        } catch (TooMuch told) {
            // its sentence is a fault already
        } catch (MarkedYAMLException e) {
            faults.clear();
            fault(e.getProblemMark(), notThis(e.getProblem()));
        } catch (YAMLException e) {
            faults.clear();
            if (e.getCause() instanceof IOException cut && !(cut instanceof CharacterCodingException)) {
                throw new UncheckedIOException(cut);
            }
            if (e.getCause() == null) {
                fault(1, notThis(String.valueOf(e.getMessage())));
            } else {
                fault(text.line(), "from here on it is not text in UTF-8");
            }
        }
    }

    private String notThis(String problem) {
        return "this is not %s: %s".formatted(format, problem);
    }

    private boolean isThere(String list, YamlBlock root) {
        check(root, 0);
        return root.has(list);
    }

    /** Where a list is to be, a list is: its entries were read before. */
    private void check(YamlBlock block, int level) {
        if (level < levels.size()) {
            block.blocks(levels.get(level).list(), "", List.of());
        }
    }

    /** How many lists are read entry by entry, each within the one before. */
    boolean isList(int level, String key) {
        return level < levels.size() && levels.get(level).list().equals(key);
    }

    void entry(int level, Node node) {
        var of = levels.get(level);
        YamlBlock.of(this, node, of.kind(), of.keys()).ifPresent(block -> {
            check(block, level + 1);
            of.reader().accept(block);
        });
    }

    void fault(Mark at, String sentence) {
        fault(at.getLine() + 1, sentence);
    }

    private void fault(int line, String sentence) {
        if (faults.size() < FileRefused.MOST) {
            faults.add(new Fault(line, sentence));
        }
    }

    /** Something that must not be in any file. */
    void foreign(Mark at, String sentence) {
        if (foreign.size() < FileRefused.MOST) {
            foreign.add(new Fault(at.getLine() + 1, sentence));
        }
    }

    /** Ends the reading: the rest would need too much memory. */
    TooMuch tooMuch(Mark at, String sentence) {
        faults.clear();
        fault(at, sentence);
        return new TooMuch();
    }

    int faults() {
        return faults.size();
    }

    /** Notes that a name is taken in this file; a second time is a fault. */
    void declare(Mark at, String name) {
        var earlier = declared.putIfAbsent(name, at.getLine() + 1);
        if (earlier != null) {
            fault(at, "%s is declared already on line %d".formatted(name, earlier));
        } else if (declared.size() > MOST_NAMES) {
            throw tooMuch(at, "more than %d entries in one file: split it".formatted(MOST_NAMES));
        }
    }

    /** The reading has ended before the end of the text. */
    static final class TooMuch extends YAMLException {
        private TooMuch() {
            super("too much");
        }
    }
}
