package dev.changeover.api.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(environments = "api", transactional = false)
class PagesTest {
    private static final String BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private final Calls operator;
    private final Calls nobody;

    PagesTest(ApiScene scene) {
        this.operator = scene.call;
        this.nobody = scene.call.by("");
    }

    @Test
    void the_log_in_is_open_and_needs_nothing_from_elsewhere() {
        var page = nobody.get("/login", "Accept", BROWSERS);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.text()).doesNotContain("<style", "onclick", "onsubmit").doesNotContainPattern("https?://");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        var parts = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"")
                .matcher(page.text())
                .results()
                .toList();
        assertThat(parts)
                .hasSizeGreaterThan(2)
                .allSatisfy(part -> assertThat(nobody.get(part.group(1)).status())
                        .as(part.group(1))
                        .isEqualTo(200));
    }

    @ParameterizedTest
    @CsvSource({
        "/, /login?next=%2F",
        "/openapi, /login?next=%2Fopenapi",
        "/openapi/changeover.yml, /login?next=%2Fopenapi%2Fchangeover.yml",
        "/openapi?a=b, /login?next=%2Fopenapi%3Fa%3Db"
    })
    void a_person_without_credentials_comes_to_the_log_in_and_back(String path, String logIn) {
        var answer = nobody.get(path, "Accept", BROWSERS);

        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo(logIn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/openapi", "/v3/me", "/v3/projects"})
    void a_program_without_credentials_gets_an_error(String path) {
        var answer = nobody.get(path, "Accept", "*/*");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("DBS.280056");
    }

    @Test
    void a_call_of_the_interface_is_never_sent_to_the_log_in() {
        assertThat(nobody.get("/v3/projects", "Accept", BROWSERS).status()).isEqualTo(401);
    }

    @Test
    void a_person_who_is_logged_in_begins_at_the_console() {
        var answer = operator.get("/", "Accept", BROWSERS);

        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo("/console/");
    }

    @Test
    void what_is_not_there_is_not_there() {
        assertThat(nobody.get("/login/../application.toml").status()).isIn(400, 404);
        assertThat(nobody.get("/login/nothing.js").status()).isEqualTo(404);
    }
}
