package dev.changeover.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.ProxySession;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    private NodeSite site(InvocationHandler driver) throws IOException {
        var configuration = new AgentConfiguration(
                "n1",
                directory.resolve("run"),
                directory.resolve("kernels"),
                null,
                directory.resolve("node.properties"),
                AgentConfiguration.Driver.sandbox,
                List.of("file:///"),
                null,
                NodeRig.USER,
                null,
                null,
                null);
        return NodeSite.of(configuration, fake(ProxyDriver.class, driver));
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
