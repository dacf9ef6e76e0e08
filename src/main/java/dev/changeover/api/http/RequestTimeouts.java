package dev.changeover.api.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client takes too long to say what it wants, however busily it trickles: silence before a
 * request, its head, and its body each have their time; the first request has less, for nobody connects without one.
 * While an answer is under way there is none: that is ours to end. All on the connection's own event loop.
 */
final class RequestTimeouts extends ChannelDuplexHandler {
    private final HttpSettings settings;
    private boolean headBegun;
    private boolean inBody;
    private int unanswered;
    private boolean interim;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ChannelHandlerContext context;

    RequestTimeouts(HttpSettings settings) {
        this.settings = settings;
    }

    /** Sees bytes before they are a request; belongs in front of the decoder. */
    ChannelHandler firstByte() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext decoder, Object bytes) {
                if (waiting() && !headBegun) {
                    headBegun = true;
                    within(settings.head());
                }
                decoder.fireChannelRead(bytes);
            }
        };
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        within(settings.head().compareTo(settings.idle()) < 0 ? settings.head() : settings.idle());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        end();
        context = null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        end();
        closed.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object message) {
        if (message instanceof HttpRequest request) {
            headBegun = false;
            inBody = true;
            unanswered++;
            var mebibytes = HttpUtil.getContentLength(request, 0L) >> 20;
            within(settings.body().plusSeconds(Math.min(mebibytes, settings.fleetMib())));
        }
        if (message instanceof LastHttpContent) {
            inBody = false;
            end();
        }
        here.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext here, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse answer) {
            interim = answer.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        if (message instanceof LastHttpContent && !interim) {
            unanswered--;
            if (waiting()) {
                within(settings.idle());
            }
        }
        here.write(message, promise);
    }

    private boolean waiting() {
        return !inBody && unanswered == 0;
    }

    private void within(Duration limit) {
        end();
        var here = context;
        if (here != null && here.channel().isOpen()) {
            deadline = here.executor().schedule(() -> here.close(), limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void end() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
