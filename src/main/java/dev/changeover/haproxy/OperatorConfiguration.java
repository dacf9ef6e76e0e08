package dev.changeover.haproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of the operator's HAProxy configuration that matter for a handover. HAProxy itself judges whether the file
 * is right; this only reads it.
 *
 * @param text the file as it is
 * @param hardStopAfter after which time HAProxy cuts everything that is left on a stopping worker
 * @param shortestIdle the shortest time after which HAProxy itself cuts an idle session; empty when none is set
 */
public record OperatorConfiguration(
        String text, List<Frontend> frontends, Optional<Duration> hardStopAfter, Optional<Duration> shortestIdle) {

    public OperatorConfiguration {
        frontends = List.copyOf(frontends);
    }

    /** @throws IOException when the file cannot be read or an address in it cannot be understood */
    public static OperatorConfiguration read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException when an address in the text cannot be understood */
    public static OperatorConfiguration parse(String text) {
        var sections = ConfigurationSection.parse(text);
        var frontends = sections.stream()
                .filter(ConfigurationSection::accepts)
                .map(ConfigurationSection::frontend)
                .toList();
        var hardStop = sections.stream()
                .filter(section -> section.kind().equals("global"))
                .flatMap(section -> section.values("hard-stop-after"))
                .map(words -> ConfigurationSection.time(words.getFirst()))
                .reduce((first, last) -> last);
        var idle = sections.stream()
                .filter(section -> !section.kind().equals("global"))
                .flatMap(section -> section.values("timeout"))
                .filter(words -> words.size() > 1
                        && List.of("client", "server", "tunnel").contains(words.getFirst()))
                .map(words -> ConfigurationSection.time(words.get(1)))
                .filter(limit -> !limit.isZero())
                .min(Duration::compareTo);
        return new OperatorConfiguration(text, frontends, hardStop, idle);
    }

    public List<BindAddress> addresses() {
        return frontends.stream()
                .flatMap(frontend -> frontend.addresses().stream())
                .toList();
    }

    /** Every backend that clients can reach, in the order of the file. */
    public List<String> backends() {
        var backends = new LinkedHashSet<String>();
        frontends.forEach(frontend -> backends.addAll(frontend.backends()));
        return List.copyOf(backends);
    }

    /** What a backend's servers speak, as far as the configuration says it. */
    public enum Protocol {
        /** Its checks are MySQL's. */
        MYSQL,
        /** Something else, or it has no servers at all, as a page of statistics. */
        OTHER,
        /** Its servers must be heard: whoever greets as MySQL speaks it. */
        UNSAID;

        /** What {@code option NAME} says of the servers; empty when it is not about checks. */
        static Optional<Protocol> ofCheck(String option) {
            return switch (option) {
                case "mysql-check" -> Optional.of(MYSQL);
                case "pgsql-check", "redis-check", "ldap-check", "smtpchk", "ssl-hello-chk" -> Optional.of(OTHER);
                // In mode tcp, these may ask another port than the database's.
                case "httpchk", "tcp-check", "external-check" -> Optional.of(UNSAID);
                default -> Optional.empty();
            };
        }
    }

    /** Of a backend that is named here. */
    public Protocol protocol(String backend) {
        return ConfigurationSection.parse(text).stream()
                .filter(section -> section.name().equals(backend) && section.holdsServers())
                .findFirst()
                .map(ConfigurationSection::protocol)
                .orElse(Protocol.UNSAID);
    }

    public Set<String> frontendNames() {
        return Set.copyOf(frontends.stream().map(Frontend::name).toList());
    }

    /**
     * Our own configuration file, loaded after the operator's. It opens a runtime socket that passes the listening
     * sockets on, and one private door to each backend, so that exactly this generation can be tried.
     *
     * <p>{@code noreuseport} makes a start fail whose sockets were not handed over; without it HAProxy would bind a
     * second socket beside the old one, and what is queued on either is lost when it closes.
     */
    String ownConfiguration(GenerationDirectory directory) {
        var lines = new StringBuilder("""
                # Written by Changeover for this generation; it is replaced with the next one.
                global
                    stats socket "${HA_RUN}/stats.sock" mode 600 level admin expose-fd listeners
                    noreuseport
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 10s
                    timeout server 10s
                """);
        var backends = backends();
        for (int i = 1; i <= backends.size(); i++) {
            lines.append("""
                    frontend changeover_probe_%d
                        bind "unix@${HA_RUN}/%s" mode 600
                        default_backend %s
                    """.formatted(i, directory.probeSocket(i).getFileName(), backends.get(i - 1)));
        }
        return lines.toString();
    }

    static List<String> words(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }
}
