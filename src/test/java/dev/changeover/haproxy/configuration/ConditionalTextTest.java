package dev.changeover.haproxy.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConditionalTextTest {
    private static final ConditionalText NESTED = new ConditionalText("""
            a
            .if defined(X)
            b
            .if defined(Y)
            c
            .else
            d
            .endif
            .elif defined(Z)
            e
            .endif
            f
            """);

    @Test
    void what_is_read_is_what_stands_in_branches_that_were_named() {
        assertThat(NESTED.read("")).isEqualTo("a\nf\n");
        assertThat(NESTED.read("'changeover-branch-1'. 'changeover-branch-3'.")).isEqualTo("a\nb\nd\nf\n");
        assertThat(NESTED.read("'changeover-branch-4'.")).isEqualTo("a\ne\nf\n");
    }

    @Test
    void each_branch_is_marked_once() {
        assertThat(NESTED.marked().lines().filter(line -> line.startsWith(".notice")))
                .containsExactly(
                        ".notice changeover-branch-1",
                        ".notice changeover-branch-2",
                        ".notice changeover-branch-3",
                        ".notice changeover-branch-4");
    }
}
