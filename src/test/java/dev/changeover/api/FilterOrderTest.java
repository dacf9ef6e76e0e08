package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@MicronautTest(environments = "api", transactional = false)
class FilterOrderTest {
    private static final String OURS = "dev.changeover.";
    private final ApplicationContext context;

    FilterOrderTest(EmbeddedServer server) {
        this.context = server.getApplicationContext();
    }

    @Test
    void every_filter_of_the_server_stands_in_the_list_and_has_its_order_from_there() {
        var filters = context.getBeanDefinitions(Qualifiers.byStereotype(ServerFilter.class)).stream()
                .filter(filter -> filter.getBeanType().getName().startsWith(OURS))
                .sorted(Comparator.comparing(FilterOrderTest::order))
                .map(filter -> Map.entry(constant(filter.getBeanType()), order(filter)))
                .toList();

        var listed = listed().entrySet().stream()
                .filter(entry ->
                        !List.of("SECURITY", "SIGNED_CALLS", "CONSOLE_SESSIONS").contains(entry.getKey()))
                .sorted(Map.Entry.comparingByValue())
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
        assertThat(filters).isEqualTo(listed);
    }

    @Test
    void those_that_know_callers_stand_in_the_list_too() {
        var fetchers = context.getBeansOfType(AuthenticationFetcher.class).stream()
                .filter(fetcher -> fetcher.getClass().getName().startsWith(OURS))
                .collect(Collectors.toMap(fetcher -> constant(fetcher.getClass()), AuthenticationFetcher::getOrder));

        assertThat(fetchers).hasSize(2);
        assertThat(listed()).containsAllEntriesOf(fetchers);
    }

    @Test
    void it_knows_where_the_security_filter_stands() {
        assertThat(FilterOrder.SECURITY).isEqualTo(ServerFilterPhase.SECURITY.order());
        assertThat(FilterOrder.PLAIN_ADDRESSES).isGreaterThan(ServerFilterPhase.SECURITY.after());
    }

    private static int order(BeanDefinition<?> filter) {
        return filter.intValue(Order.class).orElseThrow(() -> new AssertionError(filter + " has no order"));
    }

    /** {@code AuditedAnswers} is {@code AUDITED_ANSWERS}. */
    private static String constant(Class<?> type) {
        return NameUtils.environmentName(type.getSimpleName());
    }

    private static Map<String, Integer> listed() {
        return Arrays.stream(FilterOrder.class.getFields())
                .collect(Collectors.toMap(Field::getName, FilterOrderTest::value));
    }

    private static int value(Field constant) {
        try {
            return constant.getInt(null);
        } catch (IllegalAccessException hidden) {
            throw new AssertionError(hidden);
        }
    }
}
