package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.campaign.Member.State;
import dev.changeover.campaign.run.Verdict.Kind;
import dev.changeover.campaign.run.Verdict.Wave;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the next wave may follow. */
class VerdictTest {
    @ParameterizedTest
    @CsvSource({
        "0, 2 DONE,                      PASSED",
        "0, 2 DONE 2 DELIVERED,          PASSED",
        "0, 2 DONE 3 DELIVERED,          UNKNOWN",
        "0, 1 DONE 9 NEEDS_OPERATOR,     PASSED",
        "0, 3 NEEDS_OPERATOR,            UNKNOWN",
        "0, 3 CANCELLED,                 UNKNOWN",
        "0, 2 INQUIRING,                 UNKNOWN",
        "1, 3 DONE 1 HELD,               PASSED",
        "1, 1 HELD,                      UNKNOWN",
        "0, 9 DONE 1 FAILED,             FAILED",
        "1, 9 DONE 1 FAILED 1 HELD,      FAILED"
    })
    void a_wave_has_passed_failed_or_cannot_tell(int tolerated, String members, Kind kind) {
        var counts = Arrays.stream(members.split("(?<=[A-Z]) "))
                .map(count -> count.split(" "))
                .collect(Collectors.toMap(count -> State.valueOf(count[1]), count -> Integer.valueOf(count[0])));

        assertThat(Verdict.of(new Wave(1, tolerated, counts)).kind()).isEqualTo(kind);
    }
}
