package dev.changeover.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code agent check} as a person or a script types it. */
class CheckCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_missing_file_is_one_sentence() {
        var missing = directory.resolve("agent.toml");

        assertThat(run("--config", missing.toString())).isEqualTo(1);

        assertThat(out.toString().lines())
                .containsExactly(
                        "problem  %1$s  there is no %1$s; write it first, as the example agent.toml shows"
                                .formatted(missing),
                        "1 problem, 0 warnings; nothing was changed");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_file_that_lacks_something_is_a_problem_beside_what_the_rest_of_it_shows() throws IOException {
        var file = Files.writeString(directory.resolve("agent.toml"), """
                node_idd = "n1"
                kernels_dir = "%1$s/kernels"
                haproxy_configuration = "%1$s/haproxy.cfg"
                """.formatted(directory));
        Files.writeString(directory.resolve("haproxy.cfg"), "global\n    hard-stop-after 30s\n");

        assertThat(run("--config", file.toString())).isEqualTo(1);

        assertThat(out.toString())
                .contains("problem  " + file)
                .contains("node_id is missing; correct it")
                .contains("problem  hard-stop-after")
                .doesNotContain("null", "Exception");
    }

    @Test
    void a_value_that_is_wrong_hides_nothing_of_the_host() throws IOException {
        var file = Files.writeString(directory.resolve("agent.toml"), """
                node_id = "n1"
                run_dir = "%1$s/run"
                kernels_dir = "%1$s/kernels"
                haproxy_configuration = "%1$s/haproxy.cfg"
                driver = "nginx"
                """.formatted(directory));
        Files.writeString(directory.resolve("haproxy.cfg"), "global\n    hard-stop-after 30s\n");

        assertThat(run("--config", file.toString())).isEqualTo(1);

        assertThat(out.toString())
                .contains("driver is 'nginx', and must be one of haproxy, sandbox")
                .contains("problem  hard-stop-after");
    }

    @Test
    void programs_read_the_findings_as_json() throws IOException {
        assertThat(run("--config", directory.resolve("agent.toml").toString(), "-o", "json"))
                .isEqualTo(1);

        var findings = new JsonMapper().readTree(out.toString());
        assertThat(findings.isArray()).isTrue();
        assertThat(findings.get(0).fieldNames())
                .toIterable()
                .containsExactly("level", "check", "subject", "message", "advice");
        assertThat(findings.get(0).get("level").asText()).isEqualTo("problem");
    }

    @Test
    void wrong_usage_is_neither_a_problem_nor_none() {
        assertThat(run("-o", "yaml")).isEqualTo(2);
    }

    @Test
    void no_problem_is_exit_0() throws IOException {
        var file = Files.writeString(directory.resolve("agent.toml"), """
                node_id = "n1"
                run_dir = "%1$s/run"
                kernels_dir = "%1$s/kernels"
                driver = "sandbox"
                sandbox_configuration = "%1$s/relay"
                """.formatted(directory));

        assertThat(run("--config", file.toString())).isZero();

        assertThat(out.toString()).contains("0 problems, 0 warnings; nothing was changed");
    }

    @Test
    void a_temporal_that_cannot_be_reached_is_named_with_its_status() throws IOException {
        var file = Files.writeString(directory.resolve("agent.toml"), """
                node_id = "n1"
                run_dir = "%1$s/run"
                kernels_dir = "%1$s/kernels"
                haproxy_configuration = "%1$s/haproxy.cfg"
                temporal_profile = "nobody-wrote-this-profile"
                """.formatted(directory));
        Files.writeString(directory.resolve("haproxy.cfg"), "global\n");

        assertThat(run("--config", file.toString())).isEqualTo(1);

        assertThat(out.toString().lines())
                .filteredOn(line -> line.contains("Temporal "))
                .singleElement()
                .asString()
                .startsWith("problem")
                .contains("nobody-wrote-this-profile")
                .doesNotContain("Exception");
    }

    private int run(String... words) {
        var line = new CommandLine(new AgentCommand());
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        var all = new String[words.length + 1];
        all[0] = "check";
        System.arraycopy(words, 0, all, 1, words.length);
        return line.execute(all);
    }
}
