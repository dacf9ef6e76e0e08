package dev.changeover.haproxy.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6BindsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    bind [::1]:3306                       | bind [::1]:3306 v6only
                    bind ::1:3306 name x                  | bind ::1:3306 v6only name x
                    bind ipv6@[2001:db8::5]:3306#comment  | bind ipv6@[2001:db8::5]:3306 v6only#comment
                    bind 127.0.0.1:3306,[::1]:3306 ssl    | bind 127.0.0.1:3306,[::1]:3306 v6only ssl
                    bind "${VIP}:3306"                    | bind "${VIP}:3306" v6only
                    bind [2001:db8::5]:3306-3308 v4v6     | bind [2001:db8::5]:3306-3308 v6only v4v6
                    stats socket ipv6@[::1]:99 level user | stats socket ipv6@[::1]:99 v6only level user
                    """)
    void one_ipv6_address_says_that_it_is_no_other(String written, String meant) {
        var before = "global\n    setenv VIP 2001:db8::7\nlisten x\n\t";
        var after = "\r\n    server s 127.0.0.1:1";

        assertThat(Ipv6Binds.recognisable(before + written + after)).isEqualTo(before + meant + after);
        assertThat(Ipv6Binds.of(before + written + after)).hasSize(1);
        assertThat(Ipv6Binds.of(before + meant + after)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bind :::3306",
                "bind [::]:3306 v4v6",
                "bind ipv6@:3306,[::1]:3306",
                "bind *:3306",
                "bind 127.0.0.1:3306",
                "bind ::ffff:127.0.0.1:3306",
                "bind [::1]:3306 v6only",
                "bind mptcp6@[::1]:3306",
                "bind unix@/run/a::b.sock",
                "bind abns@a::b:c",
                "bind db.example.invalid:3306",
                "# bind [::1]:3306",
                "server bind [::1]:3306",
                "bind"
            })
    void whatever_else_is_bound_is_left_as_it_is(String written) {
        var text = "listen x # ::\n    " + written + "\n";

        assertThat(Ipv6Binds.recognisable(text)).isEqualTo(text);
    }
}
