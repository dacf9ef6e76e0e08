package dev.changeover.inventory;

import dev.changeover.value.Texts;
import java.io.Reader;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ImplicitTuple;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Hands the entries of a {@link YamlFile}'s lists over as they come, inner ones first, and keeps none: in the tree the
 * lists are empty.
 */
final class YamlEntries extends Composer {
    private static final int DEEPEST = 20;

    /** A proxy with its nodes has some hundred. */
    private static final int MOST_VALUES = 20_000;

    private final YamlFile file;
    private final Checked events;
    private int mappings;
    private int lists;
    private String key = "";

    YamlEntries(Supplier<@Nullable Event> text, YamlFile file) {
        this(file, new Checked(text, file), options());
    }

    private YamlEntries(YamlFile file, Checked events, LoaderOptions options) {
        super(events, new Resolver(), options);
        this.file = file;
        this.events = events;
    }

    /** The events of a text in YAML. */
    static Supplier<@Nullable Event> yaml(Reader text) {
        return new ParserImpl(new StreamReader(text), options())::getEvent;
    }

    private static LoaderOptions options() {
        var options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE); // the length of a body is limited where it comes in
        options.setNestingDepthLimit(DEEPEST);
        options.setTagInspector(tag -> true); // each is told as a fault
        return options;
    }

    /** How far the text was read: a line, from 1. */
    int line() {
        return events.line;
    }

    @Override
    protected Node composeMappingNode(@Nullable String anchor) {
        mappings++;
        try {
            return super.composeMappingNode(anchor);
        } finally {
            mappings--;
        }
    }

    @Override
    protected Node composeKeyNode(MappingNode node) {
        var composed = super.composeKeyNode(node);
        key = composed instanceof ScalarNode scalar ? scalar.getValue() : "";
        return composed;
    }

    @Override
    protected Node composeSequenceNode(@Nullable String anchor) {
        int level = lists;
        // in the entry of the list before, and not somewhere in a value of it
        if (mappings != level + 1 || !file.isList(level, key)) {
            return super.composeSequenceNode(anchor);
        }
        var start = Objects.requireNonNull(events.getEvent());
        lists++;
        while (!events.checkEvent(Event.ID.SequenceEnd)) {
            key = "";
            file.entry(level, composeValueNode(null));
            events.values = 0;
        }
        lists--;
        var end = Objects.requireNonNull(events.getEvent());
        return new SequenceNode(
                Tag.SEQ, true, List.of(), start.getStartMark(), end.getEndMark(), DumperOptions.FlowStyle.BLOCK);
    }

    /** The text's events without what no file may have. */
    private static final class Checked implements Parser {
        private final Supplier<@Nullable Event> text;
        private final YamlFile file;
        private @Nullable Event next;
        private int values;
        private int line = 1;

        private Checked(Supplier<@Nullable Event> text, YamlFile file) {
            this.text = text;
            this.file = file;
        }

        @Override
        public boolean checkEvent(Event.ID id) {
            var event = peekEvent();
            return event != null && event.is(id);
        }

        @Override
        public @Nullable Event peekEvent() {
            if (next == null) {
                var event = text.get();
                next = event == null ? null : checked(event);
            }
            return next;
        }

        @Override
        public @Nullable Event getEvent() {
            var event = peekEvent();
            next = null;
            return event;
        }

        private Event checked(Event event) {
            var at = event.getStartMark();
            line = at.getLine() + 1;
            if (++values > MOST_VALUES) {
                throw file.tooMuch(
                        at, "more than %d values in one entry: is it the right file?".formatted(MOST_VALUES));
            }
            if (event instanceof AliasEvent alias) {
                file.foreign(at, "the alias *%s is not understood: write it out".formatted(alias.getAnchor()));
                return new ScalarEvent(
                        null,
                        null,
                        new ImplicitTuple(true, true),
                        "",
                        at,
                        event.getEndMark(),
                        DumperOptions.ScalarStyle.PLAIN);
            }
            if (hasTag(event)) {
                file.foreign(at, "tags, like !this, are not understood: leave it out");
            } else if (event instanceof ScalarEvent scalar && !Texts.isPlain(scalar.getValue())) {
                // Escapes can write what no database keeps and no answer could show.
                file.foreign(at, "a NUL or half of a character is no text: leave it out");
            }
            return event;
        }

        private static boolean hasTag(Event event) {
            return event instanceof ScalarEvent scalar && scalar.getTag() != null
                    || event instanceof CollectionStartEvent collection && collection.getTag() != null;
        }
    }
}
