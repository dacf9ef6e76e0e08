package dev.changeover.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void a_step_on_a_node_is_logged_with_its_job_proxy_and_node() throws Exception {
        var line = line("handed over", Map.of("WorkflowId", "upgrade:orders:j-1", "TaskQueue", "node:n1"), null);

        assertThat(line).isEqualTo(new JsonMapper().readTree("""
                {"time": "%s", "level": "WARN", "logger": "a.b.C", "message": "handed over", "job": "j-1",
                 "proxy": "orders", "node": "n1"}
                """.formatted(
                                line.path("time").asText())));
    }

    @Test
    void a_call_is_logged_with_its_request() throws Exception {
        assertThat(line("refused", Map.of(JsonLines.REQUEST, "r-1"), null)
                        .path("request")
                        .asText())
                .isEqualTo("r-1");
    }

    @Test
    void an_inspection_has_its_proxy_and_an_agent_its_node() throws Exception {
        context.putProperty("node", "n2");

        var inspection = line(
                "looked", Map.of("WorkflowId", "inspect:orders:2026-07-16T02:00:00Z", "TaskQueue", "upgrades"), null);
        var finding = line("found", Map.of("WorkflowId", "inspect:node:n1"), null);

        assertThat(inspection.path("proxy").asText()).isEqualTo("orders");
        assertThat(inspection.path("node").asText()).isEqualTo("n2");
        assertThat(inspection.has("job")).isFalse();
        assertThat(finding.has("proxy")).isFalse();
    }

    @Test
    void a_line_is_one_line_and_no_password_is_in_it() throws Exception {
        var failure = new IllegalStateException("no driver for jdbc:x?password=pa55-one&ssl=true");

        var written = written("two\nlines, PASSWORD=pa55-two;MODE=x", Map.of(), failure);

        assertThat(written.indexOf('\n')).isEqualTo(written.length() - 1);
        assertThat(written)
                .contains("password=***&ssl=true", "PASSWORD=***;MODE", "JsonLinesTest")
                .doesNotContain("pa55");
    }

    @Test
    void the_setting_chooses_the_lines() {
        context.putProperty("CHANGEOVER_LOG_FORMAT", "json");
        LogSetup.set(context);

        var appenders = context.getLogger("ROOT").iteratorForAppenders();

        assertThat(((ConsoleAppender<?>) appenders.next()).getEncoder()).isInstanceOf(JsonLines.class);
        assertThat(appenders.hasNext()).isFalse();
    }

    private JsonNode line(String message, Map<String, String> mdc, @Nullable Throwable failure) throws Exception {
        return new JsonMapper().readTree(written(message, mdc, failure));
    }

    private String written(String message, Map<String, String> mdc, @Nullable Throwable failure) {
        var event = new LoggingEvent("", context.getLogger("a.b.C"), Level.WARN, message, failure, new Object[0]);
        event.setMDCPropertyMap(mdc);
        return new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
    }
}
