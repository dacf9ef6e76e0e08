package dev.changeover.temporal;

import static dev.changeover.value.Setting.require;

import dev.changeover.temporal.devserver.ServerRecord;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Temporal. Address, TLS and API key of an external one are read the way every Temporal tool reads them
 * ({@code temporal.toml} profiles, {@code TEMPORAL_*} variables); what is set here wins over them.
 *
 * @param mode which Temporal
 * @param address host and port of an external one; null leaves it to the profile
 * @param namespace null leaves it to the profile, which without one says {@code default}
 * @param profile name of a profile in {@code temporal.toml}; null leaves it to {@code TEMPORAL_PROFILE}
 * @param dataDirectory where a dev server keeps its file, log and record; created when missing
 * @param port of the dev server on 127.0.0.1; 0 takes a free one and keeps it for as long as the data directory lives
 * @param uiPort of the dev server's Web UI, likewise
 * @param allowInProcess whether the in-process server may be used, which forgets everything when the process ends
 * @param endsWithParent whether a dev server ends with this process, also after its kill -9; otherwise it stays and is
 *     found again
 * @param payloadKeys file with the keys that encrypt what goes through Temporal; null leaves it readable there. Every
 *     server and agent needs the same
 */
@ConfigurationProperties("changeover.temporal")
public record TemporalSettings(
        @Bindable(defaultValue = "AUTO") TemporalMode mode,
        @Nullable String address,
        @Nullable String namespace,
        @Nullable String profile,
        @Bindable(defaultValue = "data") Path dataDirectory,
        @Bindable(defaultValue = "7233") int port,
        @Bindable(defaultValue = "8233") int uiPort,
        @Bindable(defaultValue = "false") boolean allowInProcess,
        @Bindable(defaultValue = "false") boolean endsWithParent,
        @Nullable Path payloadKeys) {

    public TemporalSettings {
        requirePort("CHANGEOVER_TEMPORAL_PORT", port);
        requirePort("CHANGEOVER_TEMPORAL_UI_PORT", uiPort);
    }

    private static void requirePort(String name, int port) {
        require(port >= 0 && port <= 65_535, name, port, "0 to 65535");
    }

    /** The settings of {@code server} when nothing is configured. */
    public static TemporalSettings in(Path dataDirectory) {
        return new TemporalSettings(TemporalMode.AUTO, null, null, null, dataDirectory, 7233, 8233, false, false, null);
    }

    /**
     * The settings that a server on this host left in {@code dataDirectory}, for an agent beside it.
     *
     * @throws TemporalConfigurationException when there is no such record or it cannot be read
     */
    public static TemporalSettings fromDataDirectory(Path dataDirectory) {
        try {
            var server = ServerRecord.read(dataDirectory)
                    .orElseThrow(() -> new TemporalConfigurationException("No Temporal is known: configure an address"
                            + " or a profile, or start the server that uses " + dataDirectory + " first."));
            return in(dataDirectory).external(server.address()).inNamespace(server.namespace());
        } catch (IOException failure) {
            throw new TemporalConfigurationException(
                    "The record of Temporal in " + dataDirectory + " cannot be read: " + failure.getMessage());
        }
    }

    /**
     * For an agent: its profile, an address in the environment, or what a server on this host has written down.
     *
     * @throws TemporalConfigurationException when there is none of them
     */
    public static TemporalSettings forAgent(@Nullable String profile, Path dataDirectory) {
        return forAgent(profile, dataDirectory, System.getenv());
    }

    /** The same with other variables than this process has. */
    public static TemporalSettings forAgent(
            @Nullable String profile, Path dataDirectory, Map<String, String> environment) {
        var told = new TemporalSettings(
                TemporalMode.EXTERNAL, null, null, profile, dataDirectory, 0, 0, false, false, null);
        return profile != null || External.isConfigured(External.profile(told, environment))
                ? told
                : fromDataDirectory(dataDirectory);
    }

    /** The same with payloads encrypted by the keys of a file; null for none. */
    public TemporalSettings encryptedBy(@Nullable Path keys) {
        return new TemporalSettings(
                mode, address, namespace, profile, dataDirectory, port, uiPort, allowInProcess, endsWithParent, keys);
    }

    /** The same, but an external Temporal at {@code hostAndPort}. */
    public TemporalSettings external(String hostAndPort) {
        return at(TemporalMode.EXTERNAL, hostAndPort, namespace);
    }

    public TemporalSettings inNamespace(String other) {
        return at(mode, address, other);
    }

    private TemporalSettings at(TemporalMode mode, @Nullable String address, @Nullable String namespace) {
        return new TemporalSettings(
                mode,
                address,
                namespace,
                profile,
                dataDirectory,
                port,
                uiPort,
                allowInProcess,
                endsWithParent,
                payloadKeys);
    }
}
