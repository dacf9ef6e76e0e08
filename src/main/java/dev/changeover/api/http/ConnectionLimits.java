package dev.changeover.api.http;

import dev.changeover.api.FilterOrder.Handler;
import dev.changeover.value.Network;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.WriteTimeoutHandler;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The limits of every connection before the caller is known: its place among a limited number, of all and of its
 * network, {@link RequestTimeouts} for its requests, {@link BodyLimits} for what they bring, {@link EndpointSlashes}, and {@link AnswerHeaders}
 * on whatever it is told.
 */
@Singleton
final class ConnectionLimits implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private static final String CODEC = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;

    private final HttpSettings settings;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, Integer> openByNetwork = new ConcurrentHashMap<>();

    ConnectionLimits(HttpSettings settings) {
        this.settings = settings;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Listener());
        return event.getBean();
    }

    private boolean hasPlace(Channel channel) {
        var network = network(channel);
        var all = open.incrementAndGet();
        var ofNetwork = openByNetwork.merge(network, 1, Integer::sum);
        channel.closeFuture().addListener(closed -> {
            open.decrementAndGet();
            openByNetwork.computeIfPresent(network, (same, count) -> count == 1 ? null : count - 1);
        });
        return all <= settings.connections() && ofNetwork <= settings.connectionsPerAddress();
    }

    private static String network(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? Network.of(remote.getAddress())
                : "elsewhere";
    }

    private final class Listener implements NettyServerCustomizer {
        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return role == ChannelRole.CONNECTION ? new Connection(channel) : this;
        }
    }

    private final class Connection implements NettyServerCustomizer {
        private final Channel channel;

        private Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (!hasPlace(channel)) {
                channel.close();
            }
            var timeouts = new RequestTimeouts(settings);
            add(Handler.SLOW_READER, new SlowReader());
            add(Handler.FIRST_BYTE, timeouts.firstByte());
            add(Handler.REQUEST_TIMEOUTS, timeouts);
            add(Handler.ANSWER_HEADERS, new AnswerHeaders());
            add(Handler.ENDPOINT_SLASHES, new EndpointSlashes());
            add(Handler.BODY_LIMITS, new BodyLimits((long) settings.fleetMib() << 20));
        }

        private void add(Handler place, ChannelHandler handler) {
            if (place.compareTo(Handler.CODEC) < 0) {
                channel.pipeline().addBefore(CODEC, place.name(), handler);
            } else {
                var before = Handler.values()[place.ordinal() - 1];
                channel.pipeline().addAfter(before == Handler.CODEC ? CODEC : before.name(), place.name(), handler);
            }
        }
    }

    /** Ends a connection that does not take its answer. */
    private final class SlowReader extends WriteTimeoutHandler {
        private SlowReader() {
            super(settings.body().toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        protected void writeTimedOut(ChannelHandlerContext context) {
            context.close();
        }
    }
}
