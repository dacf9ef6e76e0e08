package dev.changeover.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelVersionTest {
    @Test
    void versions_are_ordered_number_by_number() {
        var inOrder = List.of("2.3.9.7", "2.3.9.8", "2.7.4.0", "2.7.5.0", "2.22.07.000", "2.23.09.001", "2.23.09.002");
        var versions = inOrder.stream().map(KernelVersion::of).toList();

        var shuffled = new ArrayList<>(versions);
        Collections.reverse(shuffled);
        Collections.sort(shuffled);

        assertThat(shuffled).extracting(KernelVersion::toString).isEqualTo(inOrder);
    }

    @ParameterizedTest
    @CsvSource({
        "2.3.9.8,2.7.5.0",
        "2.7.5.0,2.22.07.000",
        "2.6.12.3,2.6.12.4",
        "2.9.9.9,10.0.0.0",
        "2.23.09.9,2.23.09.010"
    })
    void the_left_is_older_than_the_right(String older, String newer) {
        assertThat(KernelVersion.of(older).isOlderThan(KernelVersion.of(newer))).isTrue();
        assertThat(KernelVersion.of(newer).isOlderThan(KernelVersion.of(older))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"2.23.06.001,2.23.6.1", "2.22.07.000,2.22.7.0", "002.3.9.8,2.3.9.8"})
    void leading_zeros_make_no_difference_but_are_shown(String one, String other) {
        assertThat(KernelVersion.of(one)).isEqualTo(KernelVersion.of(other)).hasSameHashCodeAs(KernelVersion.of(other));
        assertThat(KernelVersion.of(one).numbers())
                .isEqualTo(KernelVersion.of(other).numbers());
        assertThat(KernelVersion.of(one)).isEqualByComparingTo(KernelVersion.of(other));
        assertThat(KernelVersion.of(one)).hasToString(one);
        assertThat(KernelVersion.of(one).isOlderThan(KernelVersion.of(other))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2.3.9",
                "2.3.9.8.1",
                "2.3.9.",
                "a.b.c.d",
                " 2.3.9.8",
                "2.3.9.8\n",
                "2.3.9.-8",
                "2.3.9.8-1",
                "2,3,9,8",
                "2.3.9.1234567890",
                "٢.٣.٩.٨"
            })
    void anything_but_four_numbers_is_refused(String text) {
        assertThatThrownBy(() -> KernelVersion.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
