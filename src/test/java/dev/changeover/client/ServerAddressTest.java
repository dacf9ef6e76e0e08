package dev.changeover.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.client.Failure.Unreachable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerAddressTest {
    @TempDir
    Path home = Path.of("");

    private final Map<String, String> environment = new HashMap<>();
    private ServerAddress address = new ServerAddress(UserFiles.ofThisUser());

    @BeforeEach
    void a_user_without_anything() {
        address = new ServerAddress(new UserFiles(environment::get, home));
    }

    @Test
    void a_server_of_this_host_is_found_last() throws IOException {
        write(".changeover/server.json", "{\"url\":\"http://127.0.0.1:4001\"}");

        assertThat(address.find(null)).isEqualTo(URI.create("http://127.0.0.1:4001"));
    }

    @Test
    void it_is_looked_for_in_the_data_directory_that_is_set() throws IOException {
        write("elsewhere/server.json", "{\"url\":\"http://127.0.0.1:4002\"}");
        environment.put("CHANGEOVER_DATA", home.resolve("elsewhere").toString());

        assertThat(address.find(null).getPort()).isEqualTo(4002);
    }

    @Test
    void the_users_configuration_goes_before_the_server_of_this_host() throws IOException {
        write(".changeover/server.json", "{\"url\":\"http://127.0.0.1:4001\"}");
        write(".config/changeover/changeover.toml", "server = \"https://upgrades.example\"");

        assertThat(address.find(null)).isEqualTo(URI.create("https://upgrades.example"));
    }

    @Test
    void a_configuration_that_names_no_server_is_passed_over() throws IOException {
        write(".changeover/server.json", "{\"url\":\"http://127.0.0.1:4001\"}");
        write(".config/changeover/changeover.toml", "# nothing yet");

        assertThat(address.find(null).getPort()).isEqualTo(4001);
    }

    @Test
    void the_configuration_directory_can_be_set() throws IOException {
        write("xdg/changeover/changeover.toml", "server = \"http://127.0.0.1:4003\"");
        environment.put("XDG_CONFIG_HOME", home.resolve("xdg").toString());

        assertThat(address.find(null).getPort()).isEqualTo(4003);
    }

    @Test
    void the_environment_goes_before_files_and_the_command_line_before_all() throws IOException {
        write(".config/changeover/changeover.toml", "server = \"http://127.0.0.1:4003\"");
        environment.put("CHANGEOVER_SERVER", "http://127.0.0.1:4004");

        assertThat(address.find(null).getPort()).isEqualTo(4004);
        assertThat(address.find("http://127.0.0.1:4005").getPort()).isEqualTo(4005);
    }

    @Test
    void a_file_that_cannot_be_read_is_named() throws IOException {
        write(".config/changeover/changeover.toml", "server = ");

        assertThatThrownBy(() -> address.find(null))
                .isInstanceOf(UserFiles.Wrong.class)
                .hasMessageContaining("changeover.toml")
                .hasMessageContaining("line: 1");
    }

    @Test
    void what_is_no_address_is_refused_with_the_place_where_it_stands() {
        environment.put("CHANGEOVER_SERVER", "localhost:8080");

        assertThatThrownBy(() -> address.find(null))
                .isInstanceOf(UserFiles.Wrong.class)
                .hasMessageContaining("CHANGEOVER_SERVER: 'localhost:8080'");
    }

    @Test
    void a_port_that_no_host_has_is_no_address() {
        assertThatThrownBy(() -> address.find("http://127.0.0.1:99999"))
                .isInstanceOf(UserFiles.Wrong.class)
                .hasMessageContaining("--server: 'http://127.0.0.1:99999'");
    }

    @Test
    void nothing_anywhere_is_said_with_the_ways_to_name_one() {
        assertThatThrownBy(() -> address.find(null))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining(".changeover")
                .hasMessageContaining("--server")
                .hasMessageContaining("changeover.toml");
    }

    private void write(String name, String content) throws IOException {
        var file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
