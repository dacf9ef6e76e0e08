package dev.changeover.api.accounts;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.access.AccessKeys.AccessKey;
import dev.changeover.access.AccessKeys.Made;
import dev.changeover.api.Times;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Access keys as callers see them. */
final class KeyAnswer {
    private KeyAnswer() {}

    /** @param account who will sign with it */
    record Asked(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String account) {}

    /** Keys, without their secrets. */
    record Keys(List<Key> accessKeys) {
        static Keys of(List<AccessKey> keys) {
            return new Keys(keys.stream().map(Key::of).toList());
        }
    }

    /** One key. */
    record Key(String accessKeyId, String account, String createdAt) {
        static Key of(AccessKey key) {
            return new Key(key.id(), key.account(), Times.of(key.created()));
        }
    }

    /** A key with its secret, which is shown this once. */
    record NewKey(String accessKeyId, String secretAccessKey, String account, String createdAt) {
        static HttpResponse<NewKey> of(Made made) {
            var key = Key.of(made.key());
            return HttpResponse.ok(new NewKey(key.accessKeyId(), made.secret(), key.account(), key.createdAt()))
                    .header(HttpHeaders.CACHE_CONTROL, "no-store");
        }

        @Override
        public String toString() {
            return "NewKey[" + accessKeyId + " of " + account + "]";
        }
    }
}
