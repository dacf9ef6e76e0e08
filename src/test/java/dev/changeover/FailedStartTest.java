package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.host.Loopback;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts that fail, as an operator sees them: {@code changeover server} as a process of its own. */
class FailedStartTest {
    @TempDir
    Path directory = Path.of("");

    private Path data() throws IOException {
        return Files.createDirectories(directory.resolve("data"));
    }

    @Test
    void a_broken_key_file_is_named() throws Exception {
        var key = Files.writeString(data().resolve("secret.key"), "not base64\n");

        assertThat(start(Map.of())).contains(key + " is no key file: Base64 of 32 bytes is needed");
    }

    @ParameterizedTest
    @CsvSource({"CHANGEOVER_TLS_KEY, CHANGEOVER_TLS_CERT", "CHANGEOVER_TLS_CERTIFICATE, CHANGEOVER_TLS_KEY_FILE"})
    void half_of_what_tls_needs_is_not_taken_for_none(String named, String slip) throws Exception {
        assertThat(start(Map.of(named, "/x.pem", slip, "/y.pem"))).contains(named + " needs its ");
    }

    @Test
    void an_address_of_temporal_that_is_none_is_named() throws Exception {
        assertThat(start(Map.of("CHANGEOVER_TEMPORAL_MODE", "external", "TEMPORAL_ADDRESS", ":::")))
                .contains("Temporal's address ::: cannot be used");
    }

    @Test
    void a_port_that_is_taken_is_named_with_its_setting() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = String.valueOf(taken.getLocalPort());

            assertThat(start(Map.of("CHANGEOVER_PORT", port))).contains("127.0.0.1:" + port, "CHANGEOVER_PORT");
        }
    }

    @ParameterizedTest
    @CsvSource({"CHANGEOVER_UPGRADE_PACE, abc", "CHANGEOVER_TEMPORAL_MODE, foo", "CHANGEOVER_PORT, abc"})
    void a_wrong_setting_is_named_with_its_value_before_anything_is_touched(String variable, String value)
            throws Exception {
        assertThat(start(Map.of(variable, value))).contains("%s is '%s', and must be ".formatted(variable, value));

        assertThat(data()).isEmptyDirectory();
    }

    @Test
    void a_second_server_in_a_data_directory_says_so_and_leaves_nothing_there() throws Exception {
        try (var first = DriverManager.getConnection("jdbc:h2:file:%s/changeover".formatted(data()), "sa", "")) {
            assertThat(first.isValid(1)).isTrue();

            assertThat(start(Map.of())).contains("another server has the database open", "CHANGEOVER_DATA");
        }

        try (var left = Files.list(data())) {
            assertThat(left.map(file -> file.getFileName().toString())).isSubsetOf("changeover.mv.db", "secret.key");
        }
    }

    @Test
    void a_data_directory_that_is_a_file_or_below_one_is_named() throws Exception {
        var file = Files.createFile(directory.resolve("file"));

        assertThat(start(Map.of("CHANGEOVER_DATA", file.toString()))).contains(file + " is no directory");
        assertThat(start(Map.of("CHANGEOVER_DATA", file.resolve("x").toString())))
                .contains("the data directory " + file.resolve("x"));
    }

    @Test
    void a_database_that_does_not_answer_is_named_without_its_password() throws Exception {
        var url = "jdbc:postgresql://127.0.0.1:%d/changeover".formatted(Loopback.freePort());

        var said = start(Map.of("CHANGEOVER_DATABASE_URL", url, "CHANGEOVER_DATABASE_PASSWORD", "not-for-logs"));

        assertThat(said).contains("CHANGEOVER_DATABASE_URL", "refused").doesNotContain("not-for-logs");
    }

    /** Without the tests' own logging. */
    private static String asDelivered(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Its last word, after it has ended with 1; none of our stack is in what it says. */
    private String start(Map<String, String> more) throws IOException, InterruptedException {
        var log = directory.resolve("log").toFile();
        var server = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        asDelivered(System.getProperty("java.class.path")),
                        Application.class.getName(),
                        "server"))
                .redirectErrorStream(true)
                .redirectOutput(log);
        var environment = new HashMap<>(more);
        environment.putIfAbsent("CHANGEOVER_DATA", data().toString());
        environment.putIfAbsent("CHANGEOVER_PORT", "0");
        environment.putIfAbsent("CHANGEOVER_TEMPORAL_MODE", "IN_PROCESS");
        environment.put("CHANGEOVER_TEMPORAL_ALLOW_IN_PROCESS", "true");
        server.environment().putAll(environment);
        var process = server.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        var said = Files.readString(log.toPath(), StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isEqualTo(1);
        assertThat(said.lines()).as(said).noneMatch(line -> line.startsWith("\tat dev.changeover."));
        var last = said.lines().reduce("", (before, line) -> line);
        assertThat(last).as(said).startsWith("The server does not start: ");
        return last;
    }
}
