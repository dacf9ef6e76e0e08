package dev.changeover.e2e;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bench.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How soon a step goes on whose agent died and is back. */
class ReturnBench {
    private static final int UPGRADES = 2;
    private static final Duration AIM = Duration.ofSeconds(10);

    @Test
    void every_step_goes_on_soon_after_its_agents_return() throws Exception {
        var all = new ArrayList<Comebacks.Comeback>();
        for (int i = 0; i < UPGRADES; i++)
            all.addAll(Comebacks.of(Duration.ofSeconds(5)).comebacks());
        var rows = new ArrayList<>(List.of(List.of("step", "killed in it", "agent ready s", "goes on s", "slowest s")));
        for (var step : Comebacks.STEPS) {
            var its = all.stream().filter(back -> back.step().equals(step)).toList();
            var after = seconds(its, Comebacks.Comeback::after);
            rows.add(List.of(
                    "`" + step + "`",
                    String.valueOf(its.size()),
                    figure(Page.median(seconds(its, Comebacks.Comeback::starts))),
                    figure(Page.median(after)),
                    figure(after[after.length - 1])));
        }
        Page.write(Page.Chapter.RETURN, """
                Upgrades of three nodes, all processes of their own. A node's agent gets kill -9 in each step, and is started
                again at once. *Ready* is when its log says that it takes orders, the JVM's start included; *goes on* runs
                from then until Temporal has begun the step again. An agent that starts says so, and what Temporal had given
                an earlier process begins anew; without that it would be the heartbeat's time-out, 60 s, and 5 min of a
                retirement. The aim is at most %d s. `ComebackEndToEndTest` holds every step of one upgrade to the aim in
                each build.""".formatted(AIM.toSeconds()), Page.table(rows));

        assertThat(all)
                .allSatisfy(back -> assertThat(back.after()).as(back.step()).isLessThanOrEqualTo(AIM));
    }

    /** In order. */
    private static double[] seconds(List<Comebacks.Comeback> all, Function<Comebacks.Comeback, Duration> part) {
        return all.stream()
                .mapToDouble(back -> part.apply(back).toMillis() / 1e3)
                .sorted()
                .toArray();
    }
}
