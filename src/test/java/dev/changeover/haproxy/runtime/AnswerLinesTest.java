package dev.changeover.haproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AnswerLinesTest {

    @Test
    void wherever_an_answer_is_cut_its_lines_are_the_same() {
        var answer = "0x1: src=é\n\n0x2: fe=mysql\n> ".getBytes(StandardCharsets.UTF_8);
        for (int first = 0; first <= answer.length; first++) {
            for (int second = first; second <= answer.length; second++) {
                var lines = new ArrayList<String>();
                var taking = new AnswerLines(lines::add);
                add(taking, Arrays.copyOfRange(answer, 0, first));
                add(taking, Arrays.copyOfRange(answer, first, second));
                add(taking, Arrays.copyOfRange(answer, second, answer.length));

                assertThat(lines).containsExactly("0x1: src=é", "", "0x2: fe=mysql");
                assertThat(taking.isFollowedBy("> ")).isTrue();
                assertThat(taking.isWhole()).isFalse();
            }
        }
    }

    @Test
    void nothing_is_no_whole_answer_and_neither_is_half_a_line() {
        var taking = new AnswerLines(line -> {});

        assertThat(taking.isWhole()).isFalse();
        add(taking, "> ".getBytes(StandardCharsets.UTF_8));
        assertThat(taking.isFollowedBy("> ")).as("before any line").isFalse();
        add(taking, "\n".getBytes(StandardCharsets.UTF_8));
        assertThat(taking.isWhole()).isTrue();
        assertThat(taking.isFollowedBy("> ")).isFalse();
    }

    /** As from a buffer that is larger than what came. */
    private static void add(AnswerLines taking, byte[] bytes) {
        taking.add(Arrays.copyOf(bytes, bytes.length + 3), bytes.length);
    }
}
