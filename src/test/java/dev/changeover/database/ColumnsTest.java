package dev.changeover.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnsTest {
    private static final Columns<Thing> THING = Columns.of(Thing.class, Map.of("kind", "sort"));
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

    @TempDir
    Path directory;

    public enum Kind {
        LARGE,
        SMALL
    }

    public record Grams(int count) {
        public static Grams of(String text) {
            return new Grams(Integer.parseInt(text));
        }

        @Override
        public String toString() {
            return "" + count;
        }
    }

    public record Thing(
            String id,
            Kind kind,
            int pieces,
            Grams weight,
            Instant madeAt,
            @Nullable Instant soldAt,
            @Nullable String shelfName) {}

    @Test
    void every_component_comes_back_as_it_was_added() {
        with(sql -> {
            var sold = new Thing("1", Kind.SMALL, 3, new Grams(5), NOON, NOON.plusSeconds(1), "a");
            var unsold = new Thing("2", Kind.LARGE, 0, new Grams(0), NOON, null, null);

            assertThat(THING.add(sql, "thing", sold)).isTrue();
            assertThat(THING.add(sql, "thing", unsold)).isTrue();

            assertThat(sql.list("select * from thing order by id", THING::read)).containsExactly(sold, unsold);
        });
    }

    @Test
    void adding_leaves_a_row_with_the_same_key_as_it_is() {
        with(sql -> {
            var first = new Thing("1", Kind.SMALL, 3, new Grams(5), NOON, null, null);
            THING.add(sql, "thing", first);

            var added = THING.add(sql, "thing", new Thing("1", Kind.LARGE, 9, new Grams(9), NOON, NOON, "b"));

            assertThat(added).isFalse();
            assertThat(only(sql)).contains(first);
        });
    }

    @Test
    void changing_touches_the_named_columns_only() {
        with(sql -> {
            THING.add(sql, "thing", new Thing("1", Kind.SMALL, 3, new Grams(5), NOON, null, null));
            var other = new Thing("1", Kind.LARGE, 9, new Grams(9), NOON.plusSeconds(1), NOON, "b");

            assertThat(THING.change(sql, "thing", other, "id", "sort", "sold_at"))
                    .isTrue();

            assertThat(only(sql)).contains(new Thing("1", Kind.LARGE, 3, new Grams(5), NOON, NOON, null));
            assertThat(THING.change(sql, "thing", other, "shelf_name", "pieces"))
                    .isFalse();
        });
    }

    @Test
    void null_is_refused_where_the_component_may_not_be_null() {
        with(sql -> {
            sql.change("insert into thing (id, pieces, weight, made_at) values ('1', 1, '1', now())");

            assertThatThrownBy(() -> only(sql)).hasMessageContaining("column sort is null");
        });
    }

    private static Optional<Thing> only(Sql sql) {
        return sql.first("select * from thing", THING::read);
    }

    private void with(Consumer<Sql> work) {
        try (var context = TestDatabase.h2(directory)) {
            var sql = context.getBean(Sql.class);
            sql.change("""
                    create table thing (id varchar(9) primary key, sort varchar(9), pieces integer, weight varchar(9),
                        made_at timestamp(6) with time zone, sold_at timestamp(6) with time zone,
                        shelf_name varchar(9))
                    """);
            work.accept(sql);
        }
    }
}
