package dev.changeover.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.inventory.Look;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeStateTest {
    private static final Instant ASKED = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant ANSWERED = ASKED.plusSeconds(20);

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T12:00:20Z, the clock of this host is 86400 s ahead of the control plane's: let NTP set it",
        "2026-02-28T12:00:00Z, the clock of this host is 86400 s behind the control plane's: let NTP set it",
        "2026-03-01T12:00:26Z, the clock of this host is 6 s ahead of the control plane's: let NTP set it",
        "2026-03-01T12:00:25Z,",
        "2026-03-01T12:00:10Z,",
        "2026-03-01T11:59:55Z,",
    })
    void what_was_seen_counts_as_of_our_clock_and_another_time_is_a_warning(Instant clock, String warning) {
        var state = new NodeState(
                "n-1", "m-1", 1, clock, List.of(), null, List.of(), List.of("one"), 1, List.of(), null, null);

        var ours = state.between(ASKED, ANSWERED);

        assertThat(ours.observedAt()).isEqualTo(ANSWERED);
        assertThat(ours.warnings()).isEqualTo(warning == null ? List.of("one") : List.of("one", warning));
        assertThat(ours.between(Instant.EPOCH, ANSWERED)).isEqualTo(ours);
    }

    @Test
    void a_look_says_when_it_was_asked_for_by_our_clock_whatever_the_agent_says() {
        var theirs = new Look(7, 3).asked(Instant.MAX);
        var state = new NodeState(
                "n-1", "m-1", 1, ASKED, List.of(), null, List.of(), List.of(), 1, List.of(), theirs, null);

        var answer = state.between(ASKED, ANSWERED);

        assertThat(answer.look()).isEqualTo(new Look(7, 3, ASKED));
        assertThat(answer.between(Instant.EPOCH, ANSWERED).look()).isEqualTo(answer.look());
        assertThat(state.told(ANSWERED).look()).isEqualTo(new Look(7, 3, ANSWERED.minusSeconds(60)));
    }

    @Test
    void an_agent_that_does_not_tell_its_backends_is_understood() throws Exception {
        var told =
                new NodeState("n-1", "m-1", 1, ASKED, List.of(), null, List.of(), List.of(), 1, List.of(), null, null);
        var json = JsonMapper.builder().findAndAddModules().build();
        var older = (ObjectNode) json.valueToTree(told);
        older.remove("backends");

        assertThat(json.treeToValue(older, NodeState.class)).isEqualTo(told);
    }
}
