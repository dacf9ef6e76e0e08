package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
    @ParameterizedTest
    @EnumSource
    void is_a_code_that_programs_can_go_by_with_an_error_of_http(ErrorCode error) {
        assertThat(error.code()).matches("DBS\\.\\d{6}");
        assertThat(error.status()).isBetween(400, 599);
        assertThat(error.meaning()).isNotBlank();
    }

    @Test
    void stands_once_for_each_code_with_each_status() {
        var pairs = Arrays.stream(ErrorCode.values()).map(error -> List.of(error.status(), error.code()));

        assertThat(pairs).doesNotHaveDuplicates();
    }

    /** Clients wait for what passes by itself; a request that will not do has to be changed first. */
    @ParameterizedTest
    @EnumSource
    void refuses_an_upgrade_as_the_callers_mistake_or_as_a_conflict(Blocker blocker) {
        assertThat(blocker.error().status()).isIn(400, 409);
    }
}
