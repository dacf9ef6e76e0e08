package dev.changeover.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.7,               10.0.0.7",
        "::ffff:10.0.0.7,        10.0.0.7",
        "2001:db8:1:2::7,        2001:db8:1:2:0:0:0:0/64",
        "2001:db8:1:2:ffff::1,   2001:db8:1:2:0:0:0:0/64",
        "2001:db8:1:3::7,        2001:db8:1:3:0:0:0:0/64",
        "fe80::1%1,              fe80:0:0:0:0:0:0:0/64",
        "::1,                    0:0:0:0:0:0:0:0/64"
    })
    void clients_are_told_apart_by_the_half_of_an_ipv6_address_that_names_a_network(String address, String network) {
        assertThat(Network.of(address)).isEqualTo(network);
        assertThat(Network.of(InetAddress.ofLiteral(address))).isEqualTo(network);
    }

    @ParameterizedTest
    @CsvSource({"elsewhere", "a.socket", "''"})
    void what_is_no_address_is_its_own_network(String text) {
        assertThat(Network.of(text)).isEqualTo(text);
    }
}
