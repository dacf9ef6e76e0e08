package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive of classes that makes commands fast, with a jar and a JVM as they are installed. */
class LauncherTest {
    private static final Duration MADE_WITHIN = Duration.ofMinutes(3);
    private static final String JAVA_HOME = System.getProperty("java.home");

    @TempDir
    private Path root;

    private Path launcher = Path.of("");
    private Path jar = Path.of("");
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final HttpServer server = empty();

    @BeforeEach
    void install() throws IOException {
        jar = Files.createDirectories(root.resolve("share/changeover")).resolve("changeover.jar");
        pack(Path.of("target/classes"));
        launcher = Files.createDirectories(root.resolve("bin")).resolve("changeover");
        Files.copy(Run.PROJECT.resolve("src/main/dist/changeover"), launcher);
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    @Test
    void the_first_list_leaves_an_archive_and_another_jar_gets_another() throws Exception {
        assertThat(list(root.resolve("cache"))).isEqualTo(nothing());
        var first = archive(List.of());
        assertThat(list(root.resolve("cache"))).isEqualTo(nothing());
        assertThat(usable(first)).as(first + " is good for this jar").isTrue();

        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(100)));
        assertThat(list(root.resolve("cache"))).isEqualTo(nothing());

        var second = archive(List.of(first));
        assertThat(usable(second)).isTrue();
        assertThat(first).doesNotExist();
    }

    @Test
    void where_no_archive_can_be_made_or_read_nothing_is_said() throws Exception {
        assertThat(list(Path.of("/proc/nowhere"))).isEqualTo(nothing());

        list(root.resolve("cache"));
        var archive = archive(List.of());
        Files.write(archive, Arrays.copyOf(Files.readAllBytes(archive), 100_000));

        assertThat(list(root.resolve("cache"))).isEqualTo(nothing());
    }

    @Test
    void a_command_that_fails_leaves_nothing_and_its_exit_code_is_passed_on() throws Exception {
        server.stop(0);

        assertThat(list(root.resolve("cache")).exitCode()).isEqualTo(4);
        assertThat(root.resolve("cache")).doesNotExist();
    }

    /** With a runtime that only writes down what it is asked for. */
    @Test
    void what_changes_something_is_not_asked_for_again() throws Exception {
        var runtime = Files.createDirectories(root.resolve("home/bin")).resolve("java");
        Files.writeString(runtime, """
                #!/bin/sh
                echo "$*" >> "$0.asked"
                for word; do case $word in -XX:AOTCacheOutput=*) echo made > "${word#*=}" ;; esac; done
                """);
        assertThat(runtime.toFile().setExecutable(true)).isTrue();
        var environment = Map.of(
                "JAVA_HOME", root.resolve("home").toString(),
                "XDG_CACHE_HOME", root.resolve("cache").toString());

        assertThat(Run.of(environment, launcher, "tasks", "--delete", "job").succeeded())
                .isTrue();
        assertThat(Run.of(environment, launcher, "tasks").succeeded()).isTrue();
        archive(List.of());

        assertThat(Files.readAllLines(runtime.resolveSibling("java.asked")))
                .filteredOn(asked -> asked.contains("--delete"))
                .hasSize(1);
    }

    /** As an older Java answers to options that it does not know; how old it is, its {@code release} says. */
    @ParameterizedTest
    @ValueSource(strings = {"17.0.19", "1.8.0_442"})
    void an_older_java_is_named_before_it_names_an_option(String version) throws Exception {
        var home = root.resolve("older");
        var runtime = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(runtime, "#!/bin/sh\necho Unrecognized option >&2\nexit 1\n");
        assertThat(runtime.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
        var linked = Files.createSymbolicLink(root.resolve("linked"), home);

        for (var role : List.of("status", "server", "agent", "demo")) {
            var run = Run.of(Map.of("JAVA_HOME", linked.toString()), launcher, role);

            assertThat(run.errors())
                    .isEqualTo(
                            "changeover needs Java 25, and %s/bin/java is Java %s: install it, or let JAVA_HOME name it\n"
                                    .formatted(linked, version));
            assertThat(run.exitCode()).isEqualTo(127);
        }
    }

    @Test
    void what_is_not_ascii_arrives_where_no_locale_is_set() throws Exception {
        var run = Run.of(
                Map.of("JAVA_HOME", JAVA_HOME, "LC_ALL", "", "LC_CTYPE", "", "LANG", ""),
                "sh",
                "-c",
                "exec \"$0\" proxies --project \"$(printf 'm\\303\\274nchen')\" --server \"$1\"",
                launcher,
                "http://127.0.0.1:" + server.getAddress().getPort());

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(asked).first().asString().contains("/m%C3%BCnchen/");
    }

    private Run list(Path cache) throws IOException, InterruptedException {
        return Run.of(
                Map.of("JAVA_HOME", JAVA_HOME, "XDG_CACHE_HOME", cache.toString()),
                launcher,
                "tasks",
                "--server",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** An empty list, whose command to begin with names the server. */
    private Run nothing() {
        var server = "http://127.0.0.1:" + this.server.getAddress().getPort();
        return new Run(0, "no tasks; begin one with: changeover upgrade PROXY --server %s%n".formatted(server), "");
    }

    /** The one that is there once nothing is being made. */
    private Path archive(List<Path> known) {
        var made = new ArrayList<Path>();
        await().atMost(MADE_WITHIN).pollInterval(Duration.ofMillis(100)).until(() -> {
            made.clear();
            try (var files = Files.list(root.resolve("cache/changeover"))) {
                made.addAll(files.toList());
            }
            return made.size() == 1 && made.getFirst().toString().endsWith(".aot") && !known.contains(made.getFirst());
        });
        return made.getFirst();
    }

    private boolean usable(Path archive) throws IOException, InterruptedException {
        return Run.of(
                        JAVA_HOME + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:AOTMode=on",
                        "-XX:AOTCache=" + archive,
                        "-cp",
                        root.resolve("bin/../share/changeover/changeover.jar"),
                        "dev.changeover.Application",
                        "--version")
                .succeeded();
    }

    /** One jar of ours, with the others beside it: an archive has no classes from directories. */
    private void pack(Path classes) throws IOException {
        var manifest = new Manifest();
        var others = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(entry -> entry.endsWith(".jar"))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" "));
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, others);
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    /** A server that has no projects. */
    private HttpServer empty() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                asked.add(exchange.getRequestURI().toString());
                var answer = "{\"projects\":[],\"total_count\":0}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            return server;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
