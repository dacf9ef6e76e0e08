package dev.changeover.haproxy.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperatorConfigurationTest {

    @Test
    void frontends_addresses_and_backends_are_read_from_the_file() throws Exception {
        var configuration = OperatorConfiguration.parse("""
                defaults
                    mode tcp
                    default_backend standard   # for those that name none
                frontend 'write side'
                    bind 127.0.0.1:3306,127.0.0.2:3306 name a
                    bind "unix@/run/db.sock" mode 600
                    use_backend special if { src 10.0.0.0/8 }
                    default_backend db
                frontend reading
                    bind *:3307-3308
                listen both
                    bind [::1]:3309
                    bind ipv6@:3310
                    bind mptcp@127.0.0.1:3311,mptcp6@:3312
                    server s 127.0.0.1:1
                """);

        assertThat(configuration.frontends())
                .extracting(Frontend::name)
                .containsExactly("write side", "reading", "both");
        assertThat(configuration.backends()).containsExactly("db", "special", "standard", "both");
        assertThat(configuration.addresses())
                .containsExactly(
                        address("127.0.0.1", 3306),
                        address("127.0.0.2", 3306),
                        address("0.0.0.0", 3307),
                        address("0.0.0.0", 3308),
                        address("::1", 3309),
                        address("::", 3310),
                        address("127.0.0.1", 3311),
                        address("::", 3312));
    }

    @Test
    void a_backend_of_the_defaults_is_everyones_that_names_none_itself_whatever_its_rules() {
        var configuration = OperatorConfiguration.parse("""
                defaults
                    default_backend db
                frontend f
                    use_backend ro if { src 10.0.0.0/8 }
                listen l
                    server s 127.0.0.1:1
                frontend own
                    default_backend other
                """);

        assertThat(configuration.frontends())
                .extracting(Frontend::backends)
                .containsExactly(Set.of("ro", "db"), Set.of("l", "db"), Set.of("other"));
    }

    @Test
    void names_and_the_backends_of_frontends_may_be_variables() {
        var configuration = OperatorConfiguration.parse("""
                global
                    setenv BE sql
                frontend f
                    bind 127.0.0.1:3306
                    use_backend "${BE}-ro" if { src 10.0.0.0/8 }
                    default_backend "${BE}"
                backend "${BE}"
                    option mysql-check user check
                    server "${BE}1" 10.0.0.1:3306
                """);

        assertThat(configuration.backends()).containsExactly("sql", "sql-ro");
        assertThat(configuration.protocol("sql")).isEqualTo(Protocol.MYSQL);
        assertThat(configuration.servers()).containsOnlyKeys("sql/sql1");
        assertThat(OperatorConfiguration.parse("global\nsetenv NAME a\nbackend \"${NAME}\"\n")
                        .usedVariables())
                .containsOnlyKeys("NAME");
    }

    @Test
    void defaults_are_inherited_through_those_that_they_begin_from() {
        var configuration = OperatorConfiguration.parse("""
                defaults a
                    timeout client 25h
                    option mysql-check
                    default_backend db
                    default-server inter 60s
                defaults b from a
                    timeout server 26h
                defaults c from b
                frontend f from c
                    bind 127.0.0.1:3306
                backend db from c
                    default-server inter 90s fall 2
                    server one 10.0.0.1:3306 check
                """);

        assertThat(configuration.backends()).containsExactly("db");
        assertThat(configuration.protocol("db")).isEqualTo(Protocol.MYSQL);
        assertThat(IdleLimits.of(configuration, backend -> true))
                .containsExactly(
                        entry("frontend f (timeout client)", Duration.ofHours(25)),
                        entry("frontend f, backend db (timeout server)", Duration.ofHours(26)));
        assertThat(CheckTime.of(configuration)).as("4 min at most").isEqualTo(Duration.ofMinutes(4));
    }

    @Test
    void addresses_of_both_families_overlap_only_where_one_is_every_address_of_ipv6() throws Exception {
        assertThat(address("0.0.0.0", 1).overlaps(address("::1", 1))).isFalse();
        assertThat(address("::1", 1).overlaps(address("0.0.0.0", 1))).isFalse();
        assertThat(address("127.0.0.1", 1).overlaps(address("::", 1))).isTrue();
        assertThat(address("::", 1).overlaps(address("0.0.0.0", 1))).isTrue();
        assertThat(address("::", 1).overlaps(address("::1", 1))).isTrue();
        assertThat(address("0.0.0.0", 1).overlaps(address("127.0.0.1", 1))).isTrue();
        assertThat(address("127.0.0.1", 1).overlaps(address("127.0.0.2", 1))).isFalse();
    }

    @Test
    void limits_are_milliseconds_unless_a_unit_follows() {
        var configuration = OperatorConfiguration.parse("""
                global
                    hard-stop-after 1800000
                defaults
                    timeout connect 5s
                    timeout client 25h
                frontend f
                    timeout client 2d
                    default_backend b
                backend b
                    timeout server 90m
                """);

        assertThat(configuration.hardStopAfter()).contains(Duration.ofMinutes(30));
        assertThat(IdleLimits.of(configuration, backend -> true))
                .containsExactly(
                        entry("frontend f (timeout client)", Duration.ofDays(2)),
                        entry("frontend f, backend b (timeout server)", Duration.ofMinutes(90)));
    }

    @Test
    void idle_limits_are_those_of_frontends_whose_backends_count_and_a_tunnels_takes_the_others_place() {
        var configuration = OperatorConfiguration.parse("""
                defaults
                    timeout client 1h
                    timeout server 2h
                listen own
                    server one 10.0.0.1:3306
                    timeout server 0
                listen tunnelled
                    server one 10.0.0.1:3306
                    timeout tunnel 3h
                listen statistics
                    mode http
                    server one 10.0.0.1:8080
                frontend computed
                    bind :3306
                    use_backend %[src]
                frontend pages
                    mode http
                    stats enable
                """);

        assertThat(IdleLimits.of(configuration, backend -> !backend.equals("statistics")))
                .containsExactly(
                        entry("frontend own (timeout client)", Duration.ofHours(1)),
                        entry("frontend tunnelled (timeout tunnel)", Duration.ofHours(3)),
                        entry("frontend computed (timeout client)", Duration.ofHours(1)));
    }

    @Test
    void nothing_set_is_nothing_read() {
        var configuration = OperatorConfiguration.parse("global\n  maxconn 10\n");

        assertThat(configuration.hardStopAfter()).isEmpty();
        assertThat(IdleLimits.of(configuration, backend -> true)).isEmpty();
        assertThat(configuration.addresses()).isEmpty();
    }

    @Test
    void what_cannot_be_understood_is_left_to_haproxy() throws Exception {
        var configuration = OperatorConfiguration.parse("""
                global
                    hard-stop-after soon
                frontend f
                    timeout client ever
                    bind 10.0.0.1
                    bind 10.0.0.1:port
                    bind 10.0.0.1:99999
                    bind quic4@10.0.0.1:443
                    bind fd@7
                    bind [:1
                    bind 10.0.0.2:3306
                    bind 10.0.0.3:3306 namespace blue
                """);

        assertThat(configuration.addresses()).containsExactly(address("10.0.0.2", 3306));
        assertThat(configuration.hardStopAfter()).isEmpty();
        assertThat(IdleLimits.of(configuration, backend -> true)).isEmpty();
    }

    @Test
    void no_backend_gets_a_door_that_may_not_be_there() {
        var configuration = OperatorConfiguration.parse("""
                frontend f
                    default_backend a
                    use_backend off if TRUE
                    use_backend maybe if TRUE
                    .if defined(X)
                    use_backend nowhere if TRUE
                    .endif
                backend a
                backend off
                    disabled
                .if defined(X)
                    .if defined(Y)
                    .endif
                backend maybe
                .endif
                frontend g
                    disabled
                    default_backend other
                """);

        assertThat(configuration.backends()).containsExactly("a");
    }

    private static BindAddress address(String host, int port) throws Exception {
        return new BindAddress(InetAddress.getByName(host), port);
    }

    @Test
    void checks_are_waited_for_as_long_as_the_file_itself_makes_them_take() {
        assertThat(checkedWithin("server a 127.0.0.1:1 check")).isEqualTo(Duration.ofSeconds(20));
        assertThat(checkedWithin("server a 127.0.0.1:1 check inter 10s rise 4")).isEqualTo(Duration.ofSeconds(55));
        assertThat(checkedWithin("default-server inter 1m fall 2\n  server a 127.0.0.1:1 check"))
                .isEqualTo(Duration.ofSeconds(185));
        assertThat(checkedWithin("server a 127.0.0.1:1 inter 10m")).isEqualTo(Duration.ofSeconds(20));
    }

    private static Duration checkedWithin(String lines) {
        return CheckTime.of(OperatorConfiguration.parse("backend b\n  " + lines + "\n"));
    }
}
