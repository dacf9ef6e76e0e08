package dev.changeover.haproxy.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelativePathsTest {
    @TempDir
    private Path home;

    /** As an agent is started by hand, by cron or in a container. */
    @ParameterizedTest
    @CsvSource({"C.UTF-8, beside", "C, elsewhere"})
    void a_name_is_bytes_and_one_that_the_locale_does_not_know_is_nowhere(String locale, String found)
            throws Exception {
        Files.writeString(home.resolve("k\u00f6ln.lst"), "127.0.0.1\n");
        var java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Begin.class.getName(),
                        home.toString())
                .redirectErrorStream(true);
        java.environment().put("LC_ALL", locale);

        var said = new String(java.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).isEqualTo(found);
    }

    static final class Begin {
        public static void main(String[] words) throws IOException {
            var home = Path.of(words[0]);
            var text = new String(
                    "acl a src -f k\u00f6ln.lst\n".getBytes(StandardCharsets.UTF_8), OperatorConfiguration.BYTES);
            System.out.print(new RelativePaths(text, home).begin().equals(home) ? "beside" : "elsewhere");
        }
    }
}
