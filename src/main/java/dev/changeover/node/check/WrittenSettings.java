package dev.changeover.node.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.changeover.host.Reason;
import dev.changeover.node.check.Finding.Level;
import dev.changeover.node.site.AgentConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code agent.toml} as far as it goes: what is missing is a finding, and the usual value takes its place.
 *
 * @param configuration empty where nothing can be made of the file
 */
public record WrittenSettings(Optional<AgentConfiguration> configuration, List<Finding> findings) {
    private static final Map<String, String> USUAL = Map.of(
            "node_id", "unnamed",
            "run_dir", "/var/lib/changeover-agent/run",
            "kernels_dir", "/var/lib/changeover-agent/kernels",
            "haproxy_configuration", "/etc/haproxy/haproxy.cfg");

    public WrittenSettings {
        findings = List.copyOf(findings);
    }

    /** Never fails for what the file says. */
    public static WrittenSettings read(Path file) {
        try {
            var settings = AgentConfiguration.read(file);
            return new WrittenSettings(
                    Optional.of(settings),
                    List.of(new Finding(Level.OK, "settings", file.toString(), "it is complete", "")));
        } catch (IOException failure) {
            var reason = Reason.of(failure).replace(file + ": ", "");
            var stand = Files.isReadable(file) ? completed(file) : Optional.<AgentConfiguration>empty();
            var advice = stand.isPresent()
                    ? "correct it; the rest was checked with the usual values"
                    : "write it first, as the example agent.toml shows";
            return new WrittenSettings(
                    stand, List.of(new Finding(Level.PROBLEM, "settings", file.toString(), reason, advice)));
        }
    }

    private static Optional<AgentConfiguration> completed(Path file) {
        var toml = TomlMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        try {
            if (!(toml.readTree(Files.readString(file)) instanceof ObjectNode written)) return Optional.empty();
            USUAL.forEach((key, value) -> {
                if (!written.has(key)) written.put(key, value);
            });
            try {
                return Optional.of(toml.treeToValue(written, AgentConfiguration.class));
            } catch (JsonProcessingException oneIsWrong) {
                return Optional.of(toml.treeToValue(written.retain(USUAL.keySet()), AgentConfiguration.class));
            }
        } catch (IOException nothingOfIt) {
            return Optional.empty();
        }
    }
}
