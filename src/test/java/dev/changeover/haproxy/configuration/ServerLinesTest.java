package dev.changeover.haproxy.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.haproxy.configuration.ServerLines.Change;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerLinesTest {

    private static final String TEXT = """
            global
                setenv DB db
            peers db
                server s1 10.0.0.1:3306
            backend "${DB}" # of all
                default-server check disabled
                server s1 10.0.0.1:3306
            \tserver 's2'  "10.0.0.2:3306" weight 5 cookie "a # b" # until noon
                server-template "${DB}" 2-3 10.0.0.3:3306 maxconn 9
            backend other
                server s1 10.0.0.1:3306
            """;

    @Test
    void only_the_lines_of_changed_servers_are_others_and_a_template_has_one_for_each_of_its_servers() {
        var changes = Map.of(
                "db/s2", new Change("[2001:db8::2]:3307", " enabled"),
                "db/db3", new Change("10.0.0.9", ""),
                "gone/s1", new Change(null, " enabled"));

        assertThat(ServerLines.rewritten(OperatorConfiguration.parse(TEXT), TEXT, changes))
                .isEqualTo(TEXT.replace(
                                "\tserver 's2'  \"10.0.0.2:3306\" weight 5 cookie \"a # b\" # until noon",
                                "\tserver s2 [2001:db8::2]:3307 weight 5 cookie \"a # b\" enabled")
                        .replace("    server-template \"${DB}\" 2-3 10.0.0.3:3306 maxconn 9\n", """
                                    server db2 10.0.0.3:3306 maxconn 9
                                    server db3 10.0.0.9 maxconn 9
                                """));
    }

    @Test
    void a_long_line_and_a_comment_of_any_bytes_are_read_and_the_id_of_a_template_is_its_first_servers() {
        var text =
                "backend db\n    server a 10.0.0.1:3306 ciphers %s # \u00d1\u0085\n    server-template t 1-3 10.0.0.3:3306 id 5 cookie id\n    server-template g 1-2 10.0.0.4:3306 guid g1\n"
                        .formatted("A".repeat(2_000));
        var changes = Map.of(
                "db/a",
                new Change("10.0.0.9:3306", ""),
                "db/t2",
                new Change("10.0.0.9:3306", " enabled"),
                "db/g1",
                new Change("10.0.0.9:3306", ""));

        assertThat(ServerLines.rewritten(OperatorConfiguration.parse(text), text, changes))
                .contains("    server a 10.0.0.9:3306 ciphers AAA")
                .endsWith("""
                            server t1 10.0.0.3:3306 id 5 cookie id
                            server t2 10.0.0.9:3306 cookie id enabled
                            server t3 10.0.0.3:3306 cookie id
                            server-template g 1-2 10.0.0.4:3306 guid g1
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:3306, true",
        "ipv4@10.0.0.1:3306, true",
        "tcp@10.0.0.1:3306, true",
        "mptcp@10.0.0.1:3306, true",
        "mptcp6@[2001:db8::1]:3306, true",
        "::1:3306, true",
        "[2001:db8::1]:3306, true",
        "db1:3306, false",
        "db:3306, false",
        "beef, false"
    })
    void a_name_of_hexadecimal_letters_is_no_address(String address, boolean isLiteral) {
        var file = OperatorConfiguration.parse("backend db\n    server a %s check\n".formatted(address));

        assertThat(file.servers().values()).hasSize(1).allMatch(server -> server.hasLiteralAddress() == isLiteral);
    }

    @ParameterizedTest
    @CsvSource({
        "'', port, 0, true",
        "'', port, 7, false",
        "port 7, port, 7, true",
        "port 7 port 8, port, 7, false",
        "port 7, agent-port, 7, true",
        "port 7 agent-port 8, agent-port, 7, false",
        "port 7, port, 0, false",
        "addr 10.0.0.9:3307, addr, 10.0.0.9, true",
        "addr ipv4@10.0.0.9, agent-addr, 10.0.0.9, true",
        "addr 10.0.0.9:3307, addr, 10.0.0.8, false",
        "addr [2001:DB8:0::9]:3307, addr, 2001:db8::9, true",
        "agent-addr 2001:db8::9, agent-addr, 2001:db8::8, false",
        "addr beside:3307, addr, 10.0.0.8, true",
        "addr beef:3307, addr, 10.0.0.8, true",
        "addr ::9:3307, addr, ::9, true",
        "agent-addr [::9], agent-addr, ::9, true",
        "'', addr, '', true",
        "'', addr, 10.0.0.8, false",
    })
    void a_check_is_where_its_line_says_unless_a_literal_says_otherwise(
            String said, String word, String place, boolean isSaid) {
        var file = OperatorConfiguration.parse("backend db\n    server a 10.0.0.1:3306 check " + said + "\n");
        var text = Objects.requireNonNull(file.servers().get("db/a"));

        assertThat(text.otherThanSaid(Map.of(word, place))).isEqualTo(isSaid ? Map.of() : Map.of(word, place));
    }

    @Test
    void a_peer_and_another_backends_server_of_the_same_name_are_no_such_server() {
        var changes = Map.of("db/s1", new Change("10.0.0.9:3306", " enabled"));

        assertThat(ServerLines.rewritten(OperatorConfiguration.parse(TEXT), TEXT, changes))
                .contains("peers db\n    server s1 10.0.0.1:3306\n", "other\n    server s1 10.0.0.1:3306\n")
                .contains("disabled\n    server s1 10.0.0.9:3306 enabled\n");
    }
}
