package dev.changeover.api.http;

import dev.changeover.api.ApiException;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Bodies that are read as they come, and so may be longer than what fits into memory. Safe for concurrent use. */
@Singleton
public final class LongBodies {
    private final long most;

    LongBodies(HttpSettings settings) {
        this.most = (long) settings.fleetMib() << 20;
    }

    /**
     * Reads a text in UTF-8; bytes that are none end the reading with a {@link java.nio.charset.CharacterCodingException}.
     *
     * @throws ApiException if it is longer than a fleet may be, or the caller leaves before its end
     */
    public <T> T read(HttpRequest<?> request, InputStream body, Function<Reader, T> reader) {
        var strict = StandardCharsets.UTF_8.newDecoder();
        try (var text = new InputStreamReader(new Counted(body), strict)) {
            try {
                if (request.getContentLength() > most) {
                    throw tooLarge();
                }
                return reader.apply(text);
            } finally {
                body.transferTo(OutputStream.nullOutputStream()); // a caller who still sends would not see the answer
            }
        } catch (IOException | UncheckedIOException cut) {
            throw new ApiException(
                    ErrorCode.WRONG_PARAMETER, "the connection was closed before the whole body had come");
        }
    }

    private ApiException tooLarge() {
        return new ApiException(
                ErrorCode.TOO_LARGE,
                "the file has more than %d MiB: split it, or raise CHANGEOVER_HTTP_FLEET_MIB".formatted(most >> 20));
    }

    private final class Counted extends FilterInputStream {
        private long read;

        private Counted(InputStream body) {
            super(body);
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int came = super.read(into, from, length);
            read += Math.max(0, came);
            if (read > most) {
                throw tooLarge();
            }
            return came;
        }
    }
}
