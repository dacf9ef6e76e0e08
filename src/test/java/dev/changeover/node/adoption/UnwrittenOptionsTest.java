package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.haproxy.CommandLine;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnwrittenOptionsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    -L one -n 700 -N 90 -dV | peers p             | -L one, -n 700, -N 90, -dV
                    -L one                  | backend b           |
                    -L one                  | global;log-tag "ha-${HAPROXY_LOCALPEER}" | -L one
                    -L one                  | global;localpeer one;peers p |
                    -L one                  | global;localpeer two;peers p | -L one
                    -n 700                  | global;maxconn 700  |
                    -n 700                  | global;maxconn 800  | -n 700
                    -n 700                  | global;maxconn 800;maxconn 700 |
                    -N 90                   | defaults;maxconn 50 |
                    -dV                     | global;ssl-server-verify none |
                    -W -de -m 16 -p n -f -n |                     |
                    """)
    void a_setting_of_the_command_line_alone_is_named(String options, String file, String named) {
        var words = List.of(("haproxy " + options).split(" "));
        var text = file == null ? "" : file.replace(";", "\n") + "\n";

        var lacking = UnwrittenOptions.of(new CommandLine(words, Path.of("/")), OperatorConfiguration.parse(text));

        assertThat(lacking)
                .map(sentence -> sentence.replaceFirst("[,:].*", ""))
                .isEqualTo(named == null ? List.of() : List.of(named.split(", ")));
    }
}
