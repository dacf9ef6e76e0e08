package dev.changeover.haproxy.configuration;

import java.util.Optional;

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
