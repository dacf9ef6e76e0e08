package dev.changeover.api.http;

import io.micronaut.http.body.stream.BodySizeLimits;
import io.micronaut.http.server.netty.handler.PipeliningServerHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Set;

/**
 * How large a body may be: small for a call, larger for a file of kernels, as large as a setting says for one of a
 * fleet, which is read as it comes unless a signature has to be checked before. Micronaut has one limit for
 * all, so it is told for each request anew, and does the counting. A body that is too large is read to its end, so that
 * the caller sees the answer; to a certain end, then the connection is closed.
 */
public final class BodyLimits extends ChannelInboundHandlerAdapter {
    static final long CALL = 64 << 10;
    /** In bytes: the largest body of all. */
    public static final long FILE = 4 << 20;

    private static final long BORNE = 4 * FILE;

    private static final String FLEET = "/v3/fleet";
    private static final Set<String> FILES = Set.of(FLEET, "/v3/kernel-versions");

    private final long fleet;
    private long seen;
    private long borne = BORNE;

    /** @param fleet in bytes: how long the file of a fleet may be, which {@link LongBodies} counts */
    BodyLimits(long fleet) {
        this.fleet = fleet;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            seen = 0;
            var held = limit(request.uri());
            var isFleet = path(request.uri()).equals(FLEET);
            borne = BORNE + (isFleet ? fleet : 0);
            context.pipeline()
                    .get(PipeliningServerHandler.class)
                    .setBodySizeLimits(new BodySizeLimits(isFleet ? Long.MAX_VALUE : held, held));
        }
        if (message instanceof HttpContent content) {
            seen += content.content().readableBytes();
            if (seen > borne) {
                content.release();
                context.close();
                return;
            }
        }
        context.fireChannelRead(message);
    }

    /**
     * In bytes: as much is held in memory.
     *
     * @param uri of the request, as it came
     */
    public static long limit(String uri) {
        return FILES.contains(path(uri)) ? FILE : CALL;
    }

    private static String path(String uri) {
        return uri.contains("?") ? uri.substring(0, uri.indexOf('?')) : uri;
    }
}
