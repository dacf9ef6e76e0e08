package dev.changeover.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeFactsTest {

    @Test
    void what_a_newer_server_wrote_beside_is_passed_over() {
        var facts = NodeFacts.of("""
                {"agent": "9.0", "protocol": 1, "mood": "good", "generations": [], "findings": [
                    {"problem": true, "kind": "SLOW", "text": "it is slow", "since": 7}]}
                """);

        assertThat(facts.findings()).isEqualTo(List.of(new NodeFacts.Finding(true, "SLOW", "it is slow")));
    }
}
