package dev.changeover.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.ProxySession;
import dev.changeover.node.order.OrderRules;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.AgentVariant;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens between two questions to an engine. */
class RetirementRacesTest {
    @TempDir
    Path directory;

    @Test
    void a_session_of_which_its_generation_stops_telling_has_not_gone() throws Exception {
        var session = new ProxySession("0x1", "10.0.0.1:4711", Duration.ofHours(1), State.UNKNOWN, true);
        var old = retiring(1, (self, method, arguments) -> {
            if (method.getName().equals("sessions")) return List.of(session);
            throw new NoAnswerException("too busy");
        });
        var site = site((self, method, arguments) -> List.of());
        var wanted = new SessionId(1, "0x1.7", "10.0.0.1:4711").toString();
        var order = new CloseOrder(new NodeOrder("n1", null), wanted, 1, Duration.ofSeconds(1));
        var closing = new OrderedClosing(site, order, "order", Optional.empty());

        assertThatThrownBy(() -> closing.look(snapshot(old))).hasMessageContaining("did not say which sessions");
    }

    @Test
    void a_generation_that_retires_while_others_are_forgotten_is_not() throws Exception {
        var sites = new NodeSite[1];
        var next = retiring(2, (self, method, arguments) -> List.of());
        sites[0] = site((self, method, arguments) -> {
            if (method.getName().equals("observe")) {
                sites[0].retiredByHand().add(2);
                return snapshot(next);
            }
            return true;
        });
        sites[0].retiredByHand().add(1);

        new OwnRetirement(sites[0], Duration.ofDays(1)).act();

        assertThat(sites[0].retiredByHand().all()).containsExactly(2);
    }

    @Test
    void what_the_agent_lets_end_by_itself_keeps_to_the_floors_too() throws Exception {
        var closed = new ArrayList<String>();
        var sessions = new ArrayList<>(List.of(old("0x1", Duration.ofHours(47))));
        var old = retiring(1, (self, method, arguments) -> switch (method.getName()) {
            case "sessions" -> sessions;
            case "details" -> Optional.of(new ProxySession.Details(7, "10.0.0.9:1", "10.0.0.9:3306"));
            case "isSame" -> true;
            case "close" -> {
                closed.add(((ProxySession) arguments[0]).handle());
                yield ((ProxyGeneration.LastWord) arguments[2]).isYes();
            }
            default -> throw new AssertionError(method.getName());
        });
        var site = site((self, method, arguments) -> snapshot(old), new OrderRules(null, "48h", "1h", null, null));
        site.retiredByHand().add(1);
        var own = new OwnRetirement(site, Duration.ofDays(1));

        own.act();
        assertThat(closed)
                .as("old enough for a retirement, too young for this host")
                .isEmpty();
        sessions.add(old("0x2", Duration.ofDays(3)));

        assertThat(own.act()).as("soon, to see what has ended").isEqualTo(Duration.ofSeconds(10));
        sessions.add(old("0x3", Duration.ofDays(3)));
        own.act();

        assertThat(closed).as("one an hour").containsExactly("0x2");
    }

    @Test
    void where_agent_toml_says_so_an_operators_order_closes_no_younger_ones_either() throws Exception {
        var sessions = List.of(old("0x1", Duration.ofHours(47)), old("0x2", Duration.ofDays(3)));
        var old = retiring(1, (self, method, arguments) -> switch (method.getName()) {
            case "sessions" -> sessions;
            case "details" -> Optional.of(new ProxySession.Details(7, "10.0.0.9:1", "10.0.0.9:3306"));
            default -> true;
        });
        var strict = site((self, method, arguments) -> List.of(), new OrderRules(null, "48h", null, null, false));
        var usual = site((self, method, arguments) -> List.of(), new OrderRules(null, "48h", null, null, null));
        var young = new SessionId(1, "0x1.7", "10.0.0.1:4711").toString();
        var oldEnough = new SessionId(1, "0x2.7", "10.0.0.1:4711").toString();

        for (var wanted : Arrays.asList(null, young)) {
            assertThatThrownBy(() -> closing(strict, wanted).look(snapshot(old)))
                    .hasMessageContaining("least_age_limit = \"48h\" are 1 of these; none was closed")
                    .hasMessageContaining("close_younger = false");
            closing(usual, wanted).look(snapshot(old));
        }
        closing(strict, oldEnough).look(snapshot(old));
    }

    private static OrderedClosing closing(NodeSite site, @Nullable String wanted) {
        return closing(site, wanted, Optional.empty());
    }

    private static OrderedClosing closing(NodeSite site, @Nullable String wanted, Optional<Closed> before) {
        var order = new CloseOrder(new NodeOrder("n1", null), wanted, 2, Duration.ofSeconds(1));
        return new OrderedClosing(site, order, "order", before);
    }

    /** Whoever reaches Temporal can say that an order had begun. */
    @Test
    void what_temporal_says_of_an_earlier_attempt_lets_an_order_close_no_more_than_the_host_and_the_operator_allow()
            throws Exception {
        var young = Stream.of("0x1", "0x2", "0x3")
                .map(name -> old(name, Duration.ofHours(1)))
                .collect(Collectors.toCollection(ArrayList::new));
        var old = retiring(1, (self, method, arguments) -> switch (method.getName()) {
            case "sessions" -> young;
            case "details" -> Optional.empty();
            default -> true;
        });
        var strict = site((self, method, arguments) -> List.of(), new OrderRules(null, "48h", null, null, false));
        var usual = site((self, method, arguments) -> List.of());
        var forged = Optional.of(new Closed("n1", 9, 0, 0, 9, 9, List.of()));

        assertThatThrownBy(() -> closing(usual, null, forged).look(snapshot(old)))
                .hasMessageContaining("3 sessions remain on n1 now, 2 were confirmed");
        young.removeLast();
        assertThatThrownBy(() -> closing(strict, null, forged).look(snapshot(old)))
                .hasMessageContaining("close_younger = false");
        closing(usual, null, forged).look(snapshot(old));
    }

    @Test
    void a_session_that_cannot_be_closed_is_in_nobodys_way() throws Exception {
        var first = new ProxySession("0x1", "10.0.0.1:4711", Duration.ofDays(3), State.UNKNOWN, true);
        var second = new ProxySession("0x2", "10.0.0.2:4711", Duration.ofDays(2), State.UNKNOWN, true);
        var closed = new ArrayList<String>();
        var old = retiring(1, (self, method, arguments) -> switch (method.getName()) {
            case "sessions" -> List.of(first, second);
            case "details" -> Optional.of(new ProxySession.Details(7, "10.0.0.9:1", "10.0.0.9:3306"));
            case "isSame" -> true;
            case "close" -> {
                var session = (ProxySession) arguments[0];
                if (session.equals(first)) yield false;
                closed.add(session.client());
                yield ((ProxyGeneration.LastWord) arguments[2]).isYes();
            }
            default -> throw new AssertionError(method.getName());
        });
        var retirement = retirement(site((self, method, arguments) -> List.of()));
        retirement.look(snapshot(old));

        retirement.closeOne();
        retirement.closeOne();

        assertThat(closed).containsExactly("10.0.0.2:4711");
    }

    @Test
    void what_a_generation_held_is_shown_until_it_tells_anew() throws Exception {
        var session = new ProxySession("0x1", "10.0.0.1:4711", Duration.ofDays(3), State.UNKNOWN, true);
        var answers = new AtomicBoolean(true);
        var old = retiring(1, (self, method, arguments) -> switch (method.getName()) {
            case "isSame" -> true;
            case "details" -> Optional.empty();
            default -> {
                if (!answers.get()) throw new NoAnswerException("too busy");
                yield List.of(session);
            }
        });
        var retirement = retirement(site((self, method, arguments) -> List.of()));
        retirement.look(snapshot(old));

        answers.set(false);
        retirement.look(snapshot(old));

        assertThat(retirement.progress().left()).isEqualTo(1);
        assertThat(retirement.progress().oldestSeconds())
                .isEqualTo(session.age().toSeconds());
    }

    @Test
    void of_a_generation_that_does_not_say_what_it_holds_an_inspection_does_not_say_nothing() throws Exception {
        var old = retiring(1, (self, method, arguments) -> switch (method.getName()) {
            case "reportedVersion" -> "2.6.12";
            case "process" -> 4711L;
            default -> throw new NoAnswerException("too busy");
        });
        var site = site((self, method, arguments) -> switch (method.getName()) {
            case "observe" -> snapshot(old);
            case "hasEnded" -> false;
            case "name", "reportedVersion" -> "HAProxy";
            case "configuration" -> throw new IOException("not there");
            default -> throw new AssertionError(method.getName());
        });

        assertThat(new Inspection(site, Duration.ofDays(1)).look(false).problems())
                .filteredOn(problem -> problem.kind() == NodeState.Problem.Kind.NO_ANSWER)
                .extracting(NodeState.Problem::text)
                .containsExactly(
                        "generation 1 does not say which sessions it has, so that they are not counted: too busy");
    }

    private static AgeRetirement retirement(NodeSite site) {
        var order =
                new RetireOrder(new NodeOrder("n1", null), null, Duration.ofDays(1), Duration.ofMillis(1), List.of());
        return new AgeRetirement(site, order, "job", Optional.empty());
    }

    private static ProxySession old(String handle, Duration age) {
        return new ProxySession(handle, "10.0.0.1:4711", age, State.UNKNOWN, true);
    }

    private NodeSite site(InvocationHandler driver) throws IOException {
        return site(driver, OrderRules.DEFAULT);
    }

    private NodeSite site(InvocationHandler driver, OrderRules rules) throws IOException {
        var configuration = AgentConfiguration.of(
                "n1",
                directory,
                AgentConfiguration.Driver.sandbox,
                List.of(directory.resolve("node.properties")),
                NodeRig.USER,
                null);
        return NodeSite.of(AgentVariant.of(configuration, Map.of(), null, rules), fake(ProxyDriver.class, driver));
    }

    private static ProxyGeneration retiring(int number, InvocationHandler otherwise) {
        return fake(ProxyGeneration.class, (self, method, arguments) -> switch (method.getName()) {
            case "number" -> number;
            case "isAccepting" -> false;
            case "cannotClose" -> Optional.empty();
            default -> otherwise.invoke(self, method, arguments);
        });
    }

    private static GenerationSnapshot snapshot(ProxyGeneration live) {
        return new GenerationSnapshot(List.of(live), List.of(), List.of(), List.of());
    }

    private static <T> T fake(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
