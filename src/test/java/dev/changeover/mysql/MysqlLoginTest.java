package dev.changeover.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.host.ProgramRun;
import dev.changeover.temporal.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins to real servers, by method and with and without TLS. */
class MysqlLoginTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String PASSWORD = "pass word";

    private static MariaDb plain;
    private static MariaDb withTls;

    @BeforeAll
    static void servers(@TempDir Path directory) throws IOException {
        var certificates = Certificates.in(directory).certify("db");
        var files = List.of(directory, certificates.certificate("db"), certificates.key("db"));
        for (var file : files) Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        var plugins = "--plugin-dir=" + plugins(directory);
        plain = RealParts.ownMariaDb("--skip-ssl", plugins);
        withTls = RealParts.ownMariaDb("--ssl-cert=" + files.get(1), "--ssl-key=" + files.get(2), plugins);
        for (var database : List.of(plain, withTls)) {
            database.ask("install soname 'auth_ed25519'");
            database.ask("create user native@'%%' identified by '%s'".formatted(PASSWORD));
            database.ask("create user ed25519@'%%' identified via ed25519 using password('%s')".formatted(PASSWORD));
            database.ask("create user tls@'%%' identified by '%s' require ssl".formatted(PASSWORD));
            database.ask("create user open@'%'");
            database.ask("create user bare@'%' require ssl");
        }
    }

    /** Of the package of the whole server; what only runs one has no plugins. */
    private static Path plugins(Path directory) throws IOException {
        var unpacked = Files.createDirectory(directory.resolve("server"));
        try {
            ProgramRun.in(unpacked, "apt-get", "-q", "download", "-o", "APT::Sandbox::User=root", "mariadb-server")
                    .output();
        } catch (IOException failure) {
            throw RealParts.missing("the package mariadb-server cannot be fetched: " + failure.getMessage());
        }
        try (var files = Files.list(unpacked)) {
            ProgramRun.in(
                            unpacked,
                            "dpkg-deb",
                            "-x",
                            files.findFirst().orElseThrow().toString(),
                            unpacked.toString())
                    .output();
        }
        return unpacked.resolve("usr/lib/mysql/plugin");
    }

    @AfterAll
    static void end() {
        withTls.close();
        plain.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "ed25519", "tls"})
    void every_method_is_spoken_over_tls(String user) throws Exception {
        MysqlLogin.attempt(withTls.address(), new Login(user, PASSWORD), SOON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "ed25519"})
    void every_method_is_spoken_where_there_is_no_tls(String user) throws Exception {
        MysqlLogin.attempt(plain.address(), new Login(user, PASSWORD), SOON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "bare"})
    void an_account_without_a_password_takes_tls_where_it_must(String user) throws Exception {
        MysqlLogin.attempt(withTls.address(), new Login(user, ""), SOON);
    }

    @Test
    void a_wrong_password_is_refused_in_the_servers_words() {
        assertThatThrownBy(() -> MysqlLogin.attempt(withTls.address(), new Login("native", "wrong"), SOON))
                .isInstanceOfSatisfying(
                        MySqlRefusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(1045))
                .hasMessageStartingWith("1045 Access denied for user 'native'");
    }

    @Test
    void an_account_that_wants_tls_is_refused_where_there_is_none() {
        assertThatThrownBy(() -> MysqlLogin.attempt(plain.address(), new Login("tls", PASSWORD), SOON))
                .hasMessageContaining("Access denied");
    }

    @Test
    void no_login_counts_as_an_aborted_connection() throws Exception {
        var before = aborted();

        MysqlLogin.attempt(withTls.address(), new Login("ed25519", PASSWORD), SOON);
        MysqlLogin.attempt(withTls.address(), new Login("open", ""), SOON);

        assertThat(aborted()).isEqualTo(before);
    }

    private static String aborted() throws IOException {
        return withTls.ask("select sum(variable_value) from information_schema.global_status"
                + " where variable_name in ('Aborted_connects', 'Aborted_clients')");
    }
}
