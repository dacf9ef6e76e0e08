package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchAttributesTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path data;

    @Test
    void creates_those_that_are_missing() throws Exception {
        try (var server = PlainServer.start("--search-attribute", "ProxyId=Keyword");
                var connection = TemporalConnection.open(server.settings(data))) {

            assertThat(connection.awaitReady(SOON).ready()).isTrue();
            for (var name : SearchAttributes.NAMES) {
                assertThat(server.run("temporal workflow list --query " + name + "=\"x\""))
                        .isZero();
            }
        }
    }

    @Test
    void names_the_command_that_helps_where_temporal_refuses() throws Exception {
        try (var server = PlainServer.start(tenOfTheTenThatThereMayBe());
                var connection = TemporalConnection.open(server.settings(data))) {
            await().atMost(SOON).until(() -> connection.readiness().reason().contains("could not be created"));
            assertThat(connection.ready()).isFalse();

            for (int number = 1; number <= 5; number++) {
                server.run("temporal operator search-attribute remove --yes --name Other" + number);
            }
            assertThat(server.run(commandIn(connection.readiness().reason()))).isZero();
            assertThat(connection.awaitReady(SOON).ready()).isTrue();
        }
    }

    @Test
    void is_not_ready_with_one_of_another_type() throws Exception {
        try (var server = PlainServer.start("--search-attribute", "UpgradePhase=Int");
                var connection = TemporalConnection.open(server.settings(data))) {

            await().atMost(SOON).until(() -> connection.readiness().reason().contains("not of type Keyword"));
            assertThat(connection.readiness().reason()).contains("UpgradePhase");
        }
    }

    private static String[] tenOfTheTenThatThereMayBe() {
        return IntStream.rangeClosed(1, 10)
                .boxed()
                .flatMap(number -> Stream.of("--search-attribute", "Other" + number + "=Keyword"))
                .toArray(String[]::new);
    }

    private static String commandIn(String reason) {
        return reason.substring(reason.indexOf("temporal operator"));
    }
}
