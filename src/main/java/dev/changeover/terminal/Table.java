package dev.changeover.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Rows under headings, each column as wide as its widest cell. A long one is printed in parts, and its columns can
 * become wider from part to part. For one thread.
 */
public final class Table {
    private final List<String> headings;
    private final int[] widths;
    private final BitSet coloured = new BitSet();
    private final List<List<String>> rows = new ArrayList<>();
    private boolean begun;
    private String nothing;

    /** @param things what its rows are, in the plural */
    public Table(String things, String... headings) {
        this.nothing = "no " + things;
        this.headings = List.of(headings);
        this.widths = this.headings.stream().mapToInt(String::length).toArray();
    }

    /** Words of this column say how something is, and are coloured by it; a name in another may be the same word. */
    public Table coloured(int column) {
        coloured.set(column);
        return this;
    }

    /** Says what to do first where there is no row. */
    public Table first(String sentence) {
        nothing += "; " + sentence;
        return this;
    }

    /** Adds a row; one cell for each heading. */
    public Table row(Object... cells) {
        if (cells.length != widths.length) {
            throw new IllegalArgumentException("%d cells under %d headings".formatted(cells.length, widths.length));
        }
        var row = new String[cells.length];
        for (int column = 0; column < widths.length; column++) {
            row[column] = String.valueOf(cells[column]);
            widths[column] = Math.max(widths[column], row[column].length());
        }
        rows.add(List.of(row));
        return this;
    }

    /** Without a row it says of what there is none: a lonely heading looks like something that went wrong. */
    public String text(Paint paint) {
        return rows.isEmpty() ? nothing : String.join(System.lineSeparator(), lines(paint));
    }

    /** Prints the rows that were added since the last time, the first time under the headings, and forgets them. */
    public void printRows(PrintWriter out, Paint paint) {
        if (!rows.isEmpty()) {
            lines(paint).forEach(out::println);
            begun = true;
            rows.clear();
        }
    }

    /** Prints what is left, or that there never was a row. */
    public void printEnd(PrintWriter out, Paint paint) {
        if (begun) {
            printRows(out, paint);
        } else {
            out.println(text(paint));
        }
    }

    private List<String> lines(Paint paint) {
        var lines = new ArrayList<String>();
        if (!begun) {
            lines.add(paint.bold(line(headings, new Paint(false))));
        }
        rows.forEach(row -> lines.add(line(row, paint)));
        return lines;
    }

    private String line(List<String> cells, Paint paint) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            var cell = padded(cells.get(column), column);
            line.append(column == 0 ? "" : "  ").append(coloured.get(column) ? paint.word(cell) : cell);
        }
        return line.toString().stripTrailing();
    }

    private String padded(String cell, int column) {
        return column == widths.length - 1 ? cell : cell + " ".repeat(widths[column] - cell.length());
    }
}
