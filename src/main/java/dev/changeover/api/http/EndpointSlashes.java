package dev.changeover.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import java.util.regex.Pattern;

/**
 * Clients that were given an endpoint with a slash at its end send {@code //v3/…}, and sign {@code /v3/…}. From here on both
 * are the latter.
 */
final class EndpointSlashes extends ChannelInboundHandlerAdapter {
    private static final Pattern FURTHER = Pattern.compile("^/{2,}(?=v3/)");

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            request.setUri(FURTHER.matcher(request.uri()).replaceFirst("/"));
        }
        context.fireChannelRead(message);
    }
}
