package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoNodesTest {

    @Test
    void every_node_is_ended_though_one_before_it_cannot_be() {
        var ended = new ArrayList<String>();
        Runnable stuck = () -> {
            throw new IllegalStateException("stuck");
        };

        assertThatThrownBy(() -> DemoNodes.endAll(List.of(() -> ended.add("1"), stuck, () -> ended.add("3"))))
                .hasMessage("stuck");

        assertThat(ended).containsExactly("1", "3");
    }
}
