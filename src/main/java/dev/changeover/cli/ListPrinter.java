package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.terminal.Paint;
import dev.changeover.terminal.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/** Prints a long list while it comes, part by part, and keeps nothing of it. */
sealed interface ListPrinter {
    void part(List<JsonNode> elements);

    /** After the last part; nothing more is printed where asking for one has failed. */
    void end();

    /** All parts that come; the exit code. */
    default int all(Consumer<Consumer<List<JsonNode>>> parts) {
        parts.accept(this::part);
        end();
        return Exit.DONE;
    }

    record AsTable(PrintWriter out, Paint paint, Table table, TableView view) implements ListPrinter {
        @Override
        public void part(List<JsonNode> elements) {
            elements.forEach(element -> table.row(view.cells(element)));
            table.printRows(out, paint);
            out.flush();
        }

        @Override
        public void end() {
            table.printEnd(out, paint);
            out.flush();
        }
    }

    /** As one JSON object with the list in a field, as {@link Json#pretty} would write it. */
    final class AsJson implements ListPrinter {
        private final PrintWriter out;
        private final StringWriter written = new StringWriter();
        private final JsonGenerator json;

        /** @param first the fields that stand before the list */
        AsJson(PrintWriter out, ObjectNode first, String field) {
            this.out = out;
            this.json = Json.prettyTo(written);
            write(() -> {
                json.writeStartObject();
                for (var each : first.properties()) {
                    json.writeFieldName(each.getKey());
                    json.writeTree(each.getValue());
                }
                json.writeArrayFieldStart(field);
            });
        }

        @Override
        public void part(List<JsonNode> elements) {
            print(() -> {
                for (var element : elements) {
                    json.writeTree(element);
                }
            });
        }

        @Override
        public void end() {
            print(json::close); // ends the array and the object too
            out.println();
            out.flush();
        }

        private void print(Writing writing) {
            write(writing);
            out.print(Json.unobeyed(written.toString()));
            out.flush();
            written.getBuffer().setLength(0);
        }

        private void write(Writing writing) {
            try {
                writing.run();
                json.flush();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    interface Writing {
        void run() throws IOException;
    }
}
