package dev.changeover.api.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.MediaType;
import io.micronaut.http.server.netty.HttpCompressionStrategy;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import jakarta.inject.Singleton;

/**
 * Which answers a server compresses: those that Micronaut would, but no stream of events. Each of its events is sent at
 * once, so little is won, and a compressor for every open page costs memory and processor time.
 */
@Singleton
final class CompressedAnswers implements BeanCreatedEventListener<HttpCompressionStrategy> {
    @Override
    public HttpCompressionStrategy onCreated(BeanCreatedEvent<HttpCompressionStrategy> event) {
        return new ButNoEvents(event.getBean());
    }

    private record ButNoEvents(HttpCompressionStrategy usual) implements HttpCompressionStrategy {
        @Override
        public boolean isEnabled() {
            return usual.isEnabled();
        }

        @Override
        public boolean shouldCompress(HttpResponse answer) {
            var type = answer.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
            return !type.startsWith(MediaType.TEXT_EVENT_STREAM) && usual.shouldCompress(answer);
        }

        @Override
        public int getCompressionLevel() {
            return usual.getCompressionLevel();
        }

        @Override
        public int getMaxZstdEncodeSize() {
            return usual.getMaxZstdEncodeSize();
        }
    }
}
