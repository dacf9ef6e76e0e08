package dev.changeover.e2e;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bench.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How soon a step goes on whose agent died and is back. */
class ReturnBench {
    private static final int UPGRADES = 2;
    private static final Duration AIM = Duration.ofSeconds(10);

    @Test
    void every_step_goes_on_soon_after_its_agents_return() throws Exception {
        var all = new ArrayList<Comebacks.Comeback>();
        for (int i = 0; i < UPGRADES; i++) {
            try (var here = new Installation(Duration.ofHours(24), Duration.ofSeconds(5))) {
                all.addAll(Comebacks.in(here).comebacks());
            }
        }
        var rows = new ArrayList<>(List.of(List.of("step", "killed in it", "median s", "slowest s")));
        all.stream().map(Comebacks.Comeback::step).distinct().forEach(step -> {
            var seconds = all.stream()
                    .filter(back -> back.step().equals(step))
                    .mapToDouble(back -> back.after().toMillis() / 1e3)
                    .sorted()
                    .toArray();
            rows.add(List.of(
                    "`" + step + "`",
                    String.valueOf(seconds.length),
                    figure(Page.median(seconds)),
                    figure(seconds[seconds.length - 1])));
        });
        Page.write(Page.Chapter.RETURN, """
                Upgrades of three nodes, all processes of their own. The first node's agent gets kill -9 in every step as it
                is given it, and is started again at once. The time runs from the start of its process, the JVM's included,
                until Temporal says that the step has begun again. An agent that starts says so, and what Temporal had given
                an earlier process begins anew; without that it would be the heartbeat's time-out, 60 s, and 5 min of a
                retirement. The aim is at most %d s.""".formatted(AIM.toSeconds()), Page.table(rows));

        assertThat(all)
                .extracting(Comebacks.Comeback::step)
                .contains("NodeStage", "NodeHandOver", "NodeVerify", Comebacks.RETIRE, Comebacks.CLOSE);
    }
}
