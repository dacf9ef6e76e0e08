package dev.changeover.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows under headings, each column as wide as its widest cell. */
public final class Table {
    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** Adds a row; one cell for each heading. */
    public Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException("%d cells under %d headings".formatted(cells.length, headings.size()));
        }
        rows.add(IntStream.range(0, cells.length)
                .mapToObj(column -> String.valueOf(cells[column]))
                .toList());
        return this;
    }

    /** Without a row it is the word {@code none}: a lonely heading looks like something that went wrong. */
    public String text(Paint paint) {
        if (rows.isEmpty()) {
            return "none";
        }
        return line(headings).transform(paint::bold)
                + System.lineSeparator()
                + rows.stream().map(row -> line(row, paint)).collect(Collectors.joining(System.lineSeparator()));
    }

    private String line(List<String> cells) {
        return line(cells, new Paint(false));
    }

    private String line(List<String> cells, Paint paint) {
        return IntStream.range(0, cells.size())
                .mapToObj(column -> paint.word(padded(cells.get(column), column)))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }

    private String padded(String cell, int column) {
        return column == headings.size() - 1 ? cell : cell + " ".repeat(width(column) - cell.length());
    }

    private int width(int column) {
        var widest =
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        return Math.max(headings.get(column).length(), widest);
    }
}
