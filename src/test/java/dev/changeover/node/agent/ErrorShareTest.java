package dev.changeover.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorShareTest {

    @ParameterizedTest(name = "{0} of {1} before, {2} of {3} now: worse is {4}")
    @CsvSource({
        // never an error
        "0, 1000,   0, 1000, false",
        "500, 1000, 0, 1000, false",
        // as often as before, give or take
        "500, 1000,   52,  100, false",
        "5000, 10000, 48,  90,  false",
        "3, 10,       9,   20,  false",
        "1000, 1000,  100, 100, false",
        "20, 10,      5,   2,   false",
        // more than before
        "500, 1000, 80,  100,   true",
        "0, 100000, 5,   18000, true",
        "0, 1000,   2,   100,   true",
        "1, 1000,   9,   100,   true",
        // one error says nothing where little is known
        "0, 1000,   1,   100,   false",
        "0, 0,      1,   1,     false",
        "0, 0,      1,   1000,  false",
        // everything fails
        "0, 0,      100, 100,   true",
        "0, 5,      50,  50,    true"
    })
    void only_what_chance_does_not_explain_is_worse(
            long errors, long sessions, long moreErrors, long moreSessions, boolean worse) {
        var before = new ErrorShare(errors, sessions);

        assertThat(new ErrorShare(moreErrors, moreSessions).isWorseThan(before)).isEqualTo(worse);
    }
}
