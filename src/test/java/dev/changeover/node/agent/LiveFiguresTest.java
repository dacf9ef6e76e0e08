package dev.changeover.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.node.driver.GenerationSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveFiguresTest {
    private final List<Object> told = new ArrayList<>();
    private long seconds;
    private boolean closing;
    private int closed;

    private final LiveFigures figures = new LiveFigures(
            new Recording(), new Scripted(), () -> Duration.ofSeconds(seconds).toNanos());

    @Test
    void are_told_at_once_while_sessions_are_closed_and_once_more_after_the_last() {
        figures.tell();
        figures.tell();
        assertThat(told).containsExactly(0);

        closing = true;
        figures.tell();
        closed = 1;
        figures.tell();
        closing = false;
        closed = 2;
        figures.tell();
        figures.tell();

        assertThat(told).containsExactly(0, 0, 1, 2);
    }

    @Test
    void come_ever_more_seldom_while_sessions_only_end() {
        assertThat(toldIn(20)).isEqualTo(10);
        pass(600);

        assertThat(toldIn(3600)).isEqualTo(120);
    }

    private int toldIn(int time) {
        told.clear();
        pass(time);
        return told.size();
    }

    private void pass(int time) {
        for (int i = 0; i < time; i++, seconds++) {
            figures.tell();
        }
    }

    private final class Recording implements ControlPlaneHeartbeat {
        @Override
        public void beat(Object progress) {
            told.add(progress);
        }

        @Override
        public boolean holds(Object progress) {
            return true;
        }
    }

    private final class Scripted implements SessionDrain {
        @Override
        public void look(GenerationSnapshot observed) {}

        @Override
        public boolean isDone(GenerationSnapshot observed) {
            return false;
        }

        @Override
        public boolean wantsToClose() {
            return closing;
        }

        @Override
        public void closeOne() {}

        @Override
        public Duration untilDue() {
            return Duration.ZERO;
        }

        @Override
        public Object progress() {
            return closed;
        }
    }
}
