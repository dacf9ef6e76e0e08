package dev.changeover.api.http;

import io.micronaut.http.body.stream.BodySizeLimits;
import io.micronaut.http.server.netty.handler.PipeliningServerHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Set;

/**
 * How large a body may be: small for a call, larger for the files of fleet and kernels. Micronaut has one limit for
 * all, so it is told for each request anew, and does the counting. A body that is too large is read to its end, so that
 * the caller sees the answer; to a certain end, then the connection is closed.
 */
public final class BodyLimits extends ChannelInboundHandlerAdapter {
    static final long CALL = 64 << 10;
    /** In bytes: the largest body of all. */
    public static final long FILE = 4 << 20;

    private static final long BORNE = 4 * FILE;

    private static final Set<String> FILES = Set.of("/v3/fleet", "/v3/kernel-versions");

    private long seen;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            seen = 0;
            var limit = limit(request.uri());
            context.pipeline().get(PipeliningServerHandler.class).setBodySizeLimits(new BodySizeLimits(limit, limit));
        }
        if (message instanceof HttpContent content) {
            seen += content.content().readableBytes();
            if (seen > BORNE) {
                content.release();
                context.close();
                return;
            }
        }
        context.fireChannelRead(message);
    }

    /**
     * In bytes.
     *
     * @param uri of the request, as it came
     */
    public static long limit(String uri) {
        var path = uri.contains("?") ? uri.substring(0, uri.indexOf('?')) : uri;
        return FILES.contains(path) ? FILE : CALL;
    }
}
