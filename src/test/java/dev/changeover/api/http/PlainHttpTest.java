package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainHttpTest {

    @ParameterizedTest
    @CsvSource({
        "http,  127.0.0.1, false",
        "http,  localhost, false",
        "http,  ::1,       false",
        "http,  0.0.0.0,   true",
        "http,  10.1.2.3,  true",
        "https, 0.0.0.0,   false"
    })
    void only_what_leaves_this_host_in_the_clear_is_warned_of(String scheme, String host, boolean warned) {
        assertThat(PlainHttp.overhearable(scheme, host)).isEqualTo(warned);
    }
}
