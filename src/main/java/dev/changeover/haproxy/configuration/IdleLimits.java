package dev.changeover.haproxy.configuration;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** After which time HAProxy itself cuts idle sessions. */
public final class IdleLimits {
    private final OperatorConfiguration file;
    private final ConfigVariables variables;
    private final Map<String, Duration> limits = new LinkedHashMap<>();

    private IdleLimits(OperatorConfiguration file) {
        this.file = file;
        this.variables = file.variables();
    }

    /**
     * By where each is set: {@code frontend mysql (timeout client)}. A backend's tunnel time takes the place of both others;
     * one of 0 is none.
     *
     * @param carried whether sessions of this backend count
     */
    public static Map<String, Duration> of(OperatorConfiguration file, Predicate<String> carried) {
        var found = new IdleLimits(file);
        file.frontends().forEach(frontend -> found.collect(frontend, carried));
        found.limits.values().removeIf(Duration::isZero);
        return Collections.unmodifiableMap(found.limits);
    }

    private void collect(Frontend frontend, Predicate<String> carried) {
        var where = "frontend " + frontend.name();
        var own = file.section(frontend.name(), ConfigurationSection::accepts);
        // Where the backend is found for each connection, any may be meant.
        if (frontend.backends().isEmpty()) {
            put(where, "client", own.filter(section -> !section.isHttp()));
        }
        for (var backend : frontend.backends()) {
            if (!carried.test(backend)) continue;
            var servers = file.section(backend, ConfigurationSection::holdsServers);
            var behind = backend.equals(frontend.name()) ? where : "%s, backend %s".formatted(where, backend);
            if (!put(behind, "tunnel", servers)) {
                put(where, "client", own);
                put(behind, "server", servers);
            }
        }
    }

    private boolean put(String where, String which, Optional<ConfigurationSection> section) {
        var limit = section.flatMap(it -> it.timeout(which, variables));
        limit.ifPresent(time -> limits.put("%s (timeout %s)".formatted(where, which), time));
        return limit.isPresent();
    }
}
