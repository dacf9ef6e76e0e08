package dev.changeover.campaign;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A campaign that somebody wants.
 *
 * @param version what the proxies are to be brought off, as the catalogue or a person writes it
 * @param level null for the one that the version's lifecycle suggests
 * @param deadline until then owners choose; null for the level's usual one
 * @param strategy null for the settings' one
 * @param reason for owners; null for the catalogue's
 */
public record Wish(
        String engine,
        String version,
        @Nullable Level level,
        @Nullable Instant deadline,
        @Nullable Strategy strategy,
        @Nullable String reason,
        String actor) {}
