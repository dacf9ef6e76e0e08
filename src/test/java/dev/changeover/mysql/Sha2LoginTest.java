package dev.changeover.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.OtherRelease;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins to a real MySQL, whose accounts have {@code caching_sha2_password}, with and without TLS. */
class Sha2LoginTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String PASSWORD = "pass word";
    private static final List<Process> SERVERS = new ArrayList<>();

    private static InetSocketAddress plain;
    private static InetSocketAddress withTls;

    @BeforeAll
    static void servers(@TempDir Path directory) throws Exception {
        var archive = OtherRelease.archive("sid", "mysql-server-core", "usr/sbin/mysqld");
        ProgramRun.in(directory, "tar", "-xzf", archive.toString()).output();
        plain = start(directory, "plain", "--tls-version=");
        withTls = start(directory, "tls");
    }

    /** It makes its certificate itself. */
    private static InetSocketAddress start(Path directory, String name, String... more) throws Exception {
        var home = Files.createDirectory(directory.resolve(name));
        var address = new InetSocketAddress(Loopback.HOST, Loopback.freePort());
        var accounts = Files.writeString(home.resolve("accounts.sql"), """
                create user sha2@'%%' identified with caching_sha2_password by '%1$s';
                create user tls@'%%' identified with caching_sha2_password by '%1$s' require ssl;
                create user open@'%%' identified with caching_sha2_password by '';
                """.formatted(PASSWORD));
        var words = List.of(
                directory.resolve("usr/sbin/mysqld").toString(),
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + home.resolve("data"),
                "--lc-messages-dir=" + directory.resolve("usr/share/mysql"),
                "--character-sets-dir=" + directory.resolve("usr/share/mysql/charsets"),
                "--secure-file-priv=");
        run(home, words, "--initialize-insecure").waitFor();
        SERVERS.add(run(
                home,
                words,
                Stream.concat(
                                Stream.of(
                                        "--bind-address=" + address.getHostString(),
                                        "--port=" + address.getPort(),
                                        "--socket=" + home.resolve("s"),
                                        "--mysqlx=OFF",
                                        "--init-file=" + accounts),
                                Stream.of(more))
                        .toArray(String[]::new)));
        await("MySQL").atMost(Duration.ofMinutes(1)).until(() -> Loopback.answers(address.getPort()));
        return address;
    }

    private static Process run(Path home, List<String> words, String... more) throws IOException {
        var command = new ArrayList<>(words);
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                .start();
    }

    @AfterAll
    static void end() throws InterruptedException {
        for (var server : SERVERS) {
            server.destroyForcibly();
            server.waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha2", "tls"})
    void a_password_goes_over_tls_also_when_the_server_knows_it_already(String user) throws Exception {
        MysqlLogin.attempt(withTls, new Login(user, PASSWORD), SOON);
        MysqlLogin.attempt(withTls, new Login(user, PASSWORD), SOON);
    }

    @Test
    void without_tls_it_goes_under_the_servers_key() throws Exception {
        MysqlLogin.attempt(plain, new Login("sha2", PASSWORD), SOON);
        MysqlLogin.attempt(plain, new Login("sha2", PASSWORD), SOON);
    }

    @Test
    void an_account_without_a_password_is_let_in() throws Exception {
        MysqlLogin.attempt(plain, new Login("open", ""), SOON);
        MysqlLogin.attempt(withTls, new Login("open", ""), SOON);
    }

    @Test
    void a_wrong_password_is_refused_in_the_servers_words() {
        assertThatThrownBy(() -> MysqlLogin.attempt(withTls, new Login("sha2", "wrong"), SOON))
                .isInstanceOfSatisfying(
                        MySqlRefusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(1045));
    }
}
