package dev.changeover.temporal.devserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.temporal.RealTemporal;
import dev.changeover.temporal.devserver.TemporalProgram.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemporalProgramTest {
    @TempDir
    Path cache;

    /** The environment of this process, but an empty cache of our own, and no program temporal on the PATH. */
    Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void use_a_private_cache() throws IOException {
        environment.putAll(System.getenv());
        environment.put("XDG_CACHE_HOME", cache.toString());
        environment.put("PATH", withoutTemporal(System.getenv("PATH")));
    }

    @Test
    void fetches_the_program_once_and_finds_it_again() throws Exception {
        RealTemporal.program(); // skips where nothing can be fetched
        var program = TemporalProgram.of(environment);
        assertThat(program.find()).isEmpty();

        var first = program.install();
        var again = program.install();

        assertThat(first).isInstanceOf(Installation.Installed.class).isEqualTo(again);
        var path = ((Installation.Installed) first).path();
        assertThat(program.find()).contains(path);
        assertThat(versionOf(path)).contains(TemporalProgram.VERSION);
        assertThat(filesBeside(path)).containsExactlyInAnyOrder("temporal", "install.lock");
    }

    @Test
    void two_that_fetch_at_once_wait_for_each_other() throws Exception {
        RealTemporal.program();
        Callable<Installation> install = () -> TemporalProgram.of(environment).install();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = threads.invokeAll(List.of(install, install));

            assertThat(results.get(0).get()).isInstanceOf(Installation.Installed.class);
            assertThat(results.get(0).get()).isEqualTo(results.get(1).get());
        }
    }

    @Test
    void refuses_a_wheel_with_another_hash_and_keeps_nothing_of_it() throws Exception {
        RealTemporal.program();
        var program = TemporalProgram.of(environment).expecting("0".repeat(64));

        var result = program.install();

        assertThat(reason(result)).contains("DO NOT MATCH THE HASHES");
        assertThat(program.find()).isEmpty();
        assertThat(filesBeside(cache.resolve("changeover/temporal-" + TemporalProgram.VERSION + "/temporal")))
                .containsExactly("install.lock");
    }

    @Test
    void says_in_pips_words_that_the_network_is_not_there() throws Exception {
        environment.put("PIP_INDEX_URL", "http://127.0.0.1:" + RealTemporal.freePort() + "/simple");
        environment.put("PIP_RETRIES", "0");

        var result = TemporalProgram.of(environment).install();

        assertThat(reason(result)).startsWith("The program temporal").contains("No matching distribution found");
    }

    @Test
    void says_that_python_is_not_there() throws Exception {
        environment.put("PATH", cache.toString());

        var result = TemporalProgram.of(environment).install();

        assertThat(reason(result)).contains("needs python3");
    }

    @Test
    void prefers_the_one_on_the_path() throws Exception {
        var own = Files.writeString(cache.resolve("temporal"), "#!/bin/sh\n");
        assertThat(own.toFile().setExecutable(true)).isTrue();
        environment.put("PATH", cache.toString());

        var result = TemporalProgram.of(environment).install();

        assertThat(result).isEqualTo(new Installation.Installed(own));
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x86_64",
        "Linux, aarch64, linux-aarch64",
        "Mac OS X, x86_64, macos-x86_64",
        "Mac OS X, aarch64, macos-aarch64",
        "Linux, riscv64, linux-riscv64"
    })
    void names_platforms_by_system_and_machine(String system, String machine, String name) {
        assertThat(PipDownload.platform(system, machine)).isEqualTo(name);
    }

    private static String reason(Installation result) {
        assertThat(result).isInstanceOf(Installation.Missing.class);
        return ((Installation.Missing) result).reason();
    }

    private static String versionOf(Path program) throws IOException {
        var process = new ProcessBuilder(program.toString(), "--version").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static List<String> filesBeside(Path program) throws IOException {
        try (var files = Files.list(program.getParent())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String withoutTemporal(String path) {
        return List.of(path.split(":")).stream()
                .filter(directory -> !Files.exists(Path.of(directory, "temporal")))
                .reduce((one, other) -> one + ":" + other)
                .orElse("");
    }
}
