package dev.changeover.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code access.md} has every word that is searched for in the audit trail. */
@MicronautTest(environments = "api", transactional = false)
class AuditWordsTest {
    private static final Path DOCUMENT = Path.of("workflows-docs", "access.md");
    private static final Pattern WORD = Pattern.compile("`([a-z-]*)(\\.[a-z-]+)?`");
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    /** Written without a call. */
    private static final List<String> WITHOUT_ROUTE = List.of("order.refuse", "calls.refused");

    private final Router router;

    AuditWordsTest(Router router) {
        this.router = router;
    }

    @Test
    void the_document_names_every_action_and_no_other() throws IOException {
        var actions = router.uriRoutes().flatMap(AuditWordsTest::actions);

        assertThat(documented())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(actions, WITHOUT_ROUTE.stream())
                        .distinct()
                        .toList());
    }

    /** Several where a variable of the path is part of the word, as {@code {order:start|halt}}. */
    private static Stream<String> actions(UriRouteInfo<?, ?> route) {
        return route.getAnnotationMetadata().stringValue(Action.class).stream().flatMap(word -> {
            var variable = VARIABLE.matcher(word);
            if (!variable.find()) return Stream.of(word);
            var values = Pattern.compile("\\{" + variable.group(1) + ":([^}]+)}")
                    .matcher(route.getUriMatchTemplate().toString());
            assertThat(values.find()).as("%s of %s", word, route).isTrue();
            return Arrays.stream(values.group(1).split("\\|", -1)).map(value -> word.replace(variable.group(), value));
        });
    }

    private static List<String> documented() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.startsWith("| action |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .flatMap(line -> words(line.split("\\|", -1)[1]))
                .collect(Collectors.toList());
    }

    /** {@code `a.b`, `.c`} are {@code a.b} and {@code a.c}. */
    private static Stream<String> words(String cell) {
        var found = WORD.matcher(cell).results().toList();
        var subject = found.getFirst().group(1);
        return found.stream().map(word -> whole(word, subject));
    }

    private static String whole(MatchResult word, String subject) {
        var deed = word.group(2) == null ? "" : word.group(2);
        return (word.group(1).isEmpty() ? subject : word.group(1)) + deed;
    }
}
