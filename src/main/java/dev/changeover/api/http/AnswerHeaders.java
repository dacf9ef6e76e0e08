package dev.changeover.api.http;

import dev.changeover.api.RequestId;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.ssl.SslHandler;
import java.util.Map;
import java.util.UUID;

/**
 * Headers that let a browser do nothing with an answer but show it, from here only, and not keep it. On every answer,
 * also on those that the web server gives before our code is asked; where an answer says something else of itself, that
 * counts.
 */
final class AnswerHeaders extends ChannelOutboundHandlerAdapter {
    private static final String POLICY = "Content-Security-Policy";

    /** Our pages have their scripts and styles in files of their own. */
    private static final Map<String, String> ALWAYS = Map.of(
            POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");

    private static final String TRANSPORT = "Strict-Transport-Security";

    /** For a year; a browser takes no notice of it where the connection is in the clear. */
    private static final String TLS_ONLY = "max-age=31536000";

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse answer && answer.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            var headers = answer.headers();
            ALWAYS.forEach((name, value) -> unlessThere(headers, name, value));
            if (context.pipeline().get(SslHandler.class) != null) {
                unlessThere(headers, TRANSPORT, TLS_ONLY);
            }
            if (!headers.contains(RequestId.HEADER)) {
                headers.set(RequestId.HEADER, UUID.randomUUID().toString());
            }
        }
        context.write(message, promise);
    }

    private static void unlessThere(HttpHeaders headers, String name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }
}
