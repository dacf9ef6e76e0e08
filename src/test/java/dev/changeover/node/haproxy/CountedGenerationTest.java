package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.node.driver.NoAnswerException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountedGenerationTest {

    /** Whoever looks at a node passes over what has ended, and fails for everything else. */
    @Test
    void one_that_ends_while_it_is_looked_at_gives_no_answer(@TempDir Path home) throws Exception {
        var directory = new RunDirectory(home.resolve("run"))
                .prepare(OperatorConfiguration.parse(HaproxyHost.configuration(1, 2)), home);
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();
        var live = new Generation.Live(directory, ended.pid(), ended.pid(), "2.6.12", true, 1, Optional.empty());
        var counted = new CountedGeneration(live, new BackendProof("check", () -> "", Map.of()));

        assertThatThrownBy(counted::sessions)
                .isInstanceOf(NoAnswerException.class)
                .hasMessage("process %d has ended", ended.pid());
    }
}
