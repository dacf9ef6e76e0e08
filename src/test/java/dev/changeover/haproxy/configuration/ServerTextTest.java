package dev.changeover.haproxy.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTextTest {

    /** HAProxy alone knows which branch of a condition is on. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "a.example:3306, none, a.example, 3306, none",
                "a.example:3306, b.example:3307, a.example, 3306, none",
                "a.example:3306, b.example:3307, B.EXAMPLE, 3307, none",
                "a.example:3306, b.example:3307, c.example, 3306, c.example:3306",
                "b.example:3307, none, a.example, 3306, a.example:3306",
                "ipv4@b.example:3307, none, a.example, 3306, ipv4@a.example:3306",
                "b.example, none, a.example, 0, a.example",
                "b.example:+10, none, a.example, 10, a.example:+10",
                "127.0.0.1:3307, none, a.example, 3306, a.example:3306",
            })
    void a_name_comes_with_the_port_that_the_server_has(
            String first, String second, String name, int port, String address) {
        var text = new ServerText(
                "server s1 " + first + " check\n" + (second == null ? "" : "server s1 " + second + " check\n"));

        assertThat(text.withHost(name, port).orElse(null)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "10.0.0.1:3306, 10.0.0.1:3306, none",
                "10.0.0.1:3306, 10.0.0.9:3306, 10.0.0.9:3306",
                "tcp4@10.0.0.1:3306, 10.0.0.1:3306, none",
                "tcp4@10.0.0.1:3306, [::1]:3306, [::1]:3306",
                "mptcp@10.0.0.1:3306, 10.0.0.1:3306, none",
                "mptcp4@10.0.0.1:3306, [::1]:3306, mptcp@[::1]:3306",
            })
    void a_server_that_was_moved_is_reached_over_the_same_protocol(String written, String there, String meant) {
        var text = new ServerText("server s1 " + written + " check\n");

        assertThat(text.withAddress(there).orElse(null)).isEqualTo(meant);
    }
}
