package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.api.ApiScene;
import dev.changeover.api.FilterOrder.Handler;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What connections get on a server that has few places, and no patience with bodies. */
@MicronautTest(environments = "api", transactional = false)
@Property(name = "changeover.http.head", value = "1h")
@Property(name = "changeover.http.body", value = "2s")
@Property(name = "changeover.http.idle", value = "1h")
@Property(name = "changeover.http.connections", value = "20")
@Property(name = "test.pipelines", value = "true")
class ConnectionLimitsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final URI server;
    private final Pipelines pipelines;

    ConnectionLimitsTest(ApiScene scene, Pipelines pipelines) {
        this.server = scene.server;
        this.pipelines = pipelines;
    }

    @Test
    void its_handlers_stand_in_the_order_of_the_list() {
        try (var raw = RawConnection.to(server)) {
            raw.send("GET /health HTTP/1.1\nHost: h\nConnection: close\n\n").untilClosed(LONG);
        }

        var order = Arrays.stream(Handler.values())
                .map(handler ->
                        handler == Handler.CODEC ? ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC : handler.name())
                .toList();
        assertThat(pipelines.seen)
                .isNotEmpty()
                .allSatisfy(names -> assertThat(names).containsSubsequence(order));
    }

    @Test
    void a_body_that_trickles_in_ends_the_connection() {
        try (var raw = RawConnection.to(server)) {
            raw.send("POST /v3/login HTTP/1.1\nHost: h\nContent-Type: application/json\nContent-Length: 5000\n\n{");

            await().atMost(LONG).pollInterval(Duration.ofMillis(50)).until(() -> !raw.trickle(" "));
        }
    }

    @Test
    void requests_sent_at_once_are_answered_in_turn() {
        try (var raw = RawConnection.to(server)) {
            raw.send("GET /health HTTP/1.1\nHost: h\n\nGET /nowhere HTTP/1.1\nHost: h\nConnection: close\n\n");

            assertThat(raw.untilClosed(LONG)).containsSubsequence("\"UP\"", "DBS.290013");
        }
    }

    @Test
    void too_many_connections_are_closed_at_once_and_room_is_made_again() {
        var open = new ArrayList<RawConnection>();
        try {
            IntStream.range(0, 40).forEach(i -> open.add(RawConnection.to(server)));

            await().atMost(LONG).until(() -> refused(open) >= 20);
        } finally {
            open.forEach(RawConnection::close);
        }
        await().atMost(LONG).until(() -> {
            try (var raw = RawConnection.to(server)) {
                return raw.trickle("GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                        && raw.untilClosed(LONG).contains("UP");
            }
        });
    }

    private static long refused(List<RawConnection> open) {
        return open.stream()
                .filter(raw -> raw.closedWithin(Duration.ofMillis(1)))
                .count();
    }

    /** Writes down what stands in each connection's pipeline once it is built. */
    @Singleton
    @Requires(property = "test.pipelines")
    static final class Pipelines implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
        final List<List<String>> seen = new CopyOnWriteArrayList<>();

        @Override
        public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
            event.getBean().register(new Listener());
            return event.getBean();
        }

        private final class Listener implements NettyServerCustomizer {
            @Override
            public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
                if (role != ChannelRole.CONNECTION) {
                    return this;
                }
                return new NettyServerCustomizer() {
                    @Override
                    public void onStreamPipelineBuilt() {
                        channel.eventLoop()
                                .execute(() ->
                                        seen.add(List.copyOf(channel.pipeline().names())));
                    }
                };
            }
        }
    }
}
