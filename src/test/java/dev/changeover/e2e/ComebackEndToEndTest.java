package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.node.AgentReturn;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** An agent that dies in a step takes it up again when it is back, in every step of one upgrade. */
@Order(1)
class ComebackEndToEndTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /**
     * The time is counted from when the agent is ready; where a busy machine lets its start alone take longer than the
     * limit, the rest may take as long. No heartbeat's time-out is a reason, however busy it is.
     */
    @Test
    void every_step_goes_on_soon_after_its_killed_agent_is_back_and_no_session_is_lost() throws Exception {
        var seen = Comebacks.of(Duration.ofSeconds(2));

        assertThat(Comebacks.STEPS).allSatisfy(step -> assertThat(seen.of(step)).isNotEmpty());
        assertThat(seen.comebacks())
                .allSatisfy(back -> assertThat(back.after()).as(back.toString()).isLessThanOrEqualTo(limit(back)));
        assertThat(seen.reasons()).as("why a step began again").containsOnly(AgentReturn.RESTARTED);
        assertThat(seen.ended()).as("those that an operator had closed").hasSize(seen.closed());
    }

    private static Duration limit(Comebacks.Comeback back) {
        return back.starts().compareTo(SOON) > 0 ? back.starts() : SOON;
    }
}
