package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class RealPartsTest {

    @Test
    void a_missing_part_skips_the_test_and_says_what_to_install() {
        assertThat(RealParts.missing("install it", false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("install it");
    }

    @Test
    void in_ci_a_missing_part_is_a_failure() {
        assertThatThrownBy(() -> RealParts.missing("install it", true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("install it");
    }
}
