package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** How the elements of an answer look in a table: each column is a heading and what it shows of an element. */
final class TableView {
    private final String things;
    private final List<String> headings = new ArrayList<>();
    private final List<Function<JsonNode, Object>> columns = new ArrayList<>();
    private final List<Integer> coloured = new ArrayList<>();

    /** @param things what its rows are, in the plural */
    TableView(String things) {
        this.things = things;
    }

    TableView column(String heading, Function<JsonNode, Object> shown) {
        headings.add(heading);
        columns.add(shown);
        return this;
    }

    TableView text(String heading, String field) {
        return column(heading, element -> Json.text(element, field));
    }

    /** A column that shows a field of an object within the element. */
    TableView text(String heading, String object, String field) {
        return column(heading, element -> Json.text(element.path(object), field));
    }

    /** A column whose words say how something is, and are coloured by it. */
    TableView status(String heading, Function<JsonNode, Object> shown) {
        coloured.add(columns.size());
        return column(heading, shown);
    }

    /** The same of a field. */
    TableView status(String heading, String field) {
        return status(heading, element -> Json.text(element, field));
    }

    /** The same of a field of an object within the element. */
    TableView status(String heading, String object, String field) {
        return status(heading, element -> Json.text(element.path(object), field));
    }

    /** A column that shows a field's time on the clock of this host. */
    TableView time(String heading, String field) {
        return column(heading, element -> TimeFormat.dateAndTime(Json.text(element, field)));
    }

    /** The same of an object within the element. */
    TableView time(String heading, String object, String field) {
        return column(heading, element -> TimeFormat.dateAndTime(Json.text(element.path(object), field)));
    }

    /** The headings, with no row yet. */
    Table table() {
        var table = new Table(things, headings.toArray(String[]::new));
        coloured.forEach(table::coloured);
        return table;
    }

    Table table(List<JsonNode> elements) {
        var table = table();
        elements.forEach(element -> table.row(cells(element)));
        return table;
    }

    Object[] cells(JsonNode element) {
        return columns.stream().map(column -> column.apply(element)).toArray();
    }
}
