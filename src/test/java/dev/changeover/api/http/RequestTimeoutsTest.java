package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On a clock that stands still until a test moves it. */
class RequestTimeoutsTest {
    private static final HttpSettings SETTINGS = new HttpSettings(
            1, 1, Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(60), 256, List.of());

    @Test
    void headers_that_trickle_in_end_the_connection() {
        var connection = connect();
        send(connection, "GET /health HTTP/1.1\r\nHost: h\r\nX-Slow: ");

        for (var second = 1; second < 10; second++) {
            pass(connection, 1);
            send(connection, "a");
        }

        assertThat(connection.isOpen()).isTrue();
        pass(connection, 1);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void a_body_that_trickles_in_ends_the_connection() {
        var connection = connect();
        send(connection, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n{");

        for (var second = 1; second < 20; second++) {
            pass(connection, 1);
            send(connection, " ");
        }

        assertThat(connection.isOpen()).isTrue();
        pass(connection, 1);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void a_connection_that_never_asks_ends_before_one_that_has_asked() {
        var silent = connect();
        var kept = connect();
        ask(kept);

        pass(silent, 10);
        pass(kept, 59);

        assertThat(silent.isOpen()).isFalse();
        assertThat(kept.isOpen()).isTrue();
        pass(kept, 1);
        assertThat(kept.isOpen()).isFalse();
    }

    @Test
    void a_connection_that_is_used_stays() {
        var connection = connect();

        for (var round = 0; round < 10; round++) {
            ask(connection);
            pass(connection, 50);
        }

        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void an_answer_that_takes_hours_is_not_ended() {
        var connection = connect();
        send(connection, "GET /events HTTP/1.1\r\nHost: h\r\n\r\n");

        pass(connection, 3_600);
        connection.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        pass(connection, 3_600);
        connection.writeOutbound(new DefaultHttpContent(Unpooled.copiedBuffer("event", StandardCharsets.US_ASCII)));
        pass(connection, 3_600);

        assertThat(connection.isOpen()).isTrue();
        connection.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
        pass(connection, 60);
        assertThat(connection.isOpen()).isFalse();
    }

    private static EmbeddedChannel connect() {
        var timeouts = new RequestTimeouts(SETTINGS);
        var connection = new EmbeddedChannel();
        connection.freezeTime();
        connection.pipeline().addLast(timeouts.firstByte(), new HttpServerCodec(), timeouts);
        return connection;
    }

    private static void send(EmbeddedChannel connection, String text) {
        connection.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private static void ask(EmbeddedChannel connection) {
        send(connection, "GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
        connection.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
    }

    private static void pass(EmbeddedChannel connection, int seconds) {
        connection.advanceTimeBy(seconds, TimeUnit.SECONDS);
        connection.runScheduledPendingTasks();
    }
}
