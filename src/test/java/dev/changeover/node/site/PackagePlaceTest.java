package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackagePlaceTest {

    @ParameterizedTest
    @CsvSource({
        "https://k.example.com/haproxy/, https://k.example.com/haproxy/2.6/k.deb, true",
        "https://k.example.com/haproxy,  https://k.example.com/haproxy/k.deb,     true",
        "https://k.example.com/haproxy,  https://K.Example.com:443/haproxy/k.deb, true",
        "https://k.example.com/haproxy/, https://k.example.com/hap%72oxy/k.deb,   true",
        "https://k.example.com/haproxy/, https://k.example.com/haproxy/k.deb?t=1, true",
        "http://host:1,                  http://host:1/k.deb,                     true",
        "http://host:1,                  http://host:1@evil/k.deb,                false",
        "http://host:1,                  http://host:10/k.deb,                    false",
        "http://host,                    http://host.evil/k.deb,                  false",
        "http://host,                    https://host/k.deb,                      false",
        "http://host/,                   http://user@host/k.deb,                  false",
        "http://host/a,                  http://host/ab/k.deb,                    false",
        "http://host/a/,                 http://host/a/../b/k.deb,                false",
        "http://host/a/,                 http://host/a/%2e%2e/b/k.deb,            false",
        "http://host/a/,                 http://host/a/%2E./b/k.deb,              false",
        "http://host/a/,                 http://host/a/..%2fb/k.deb,              false",
        "http://host/a/,                 http://host/a/%5c..%5cb,                 false",
        "http://host/a/,                 http://host/a/k.deb#b,                   false",
        "http://host/a/,                 http://host/A/k.deb,                     false",
        "http://host/,                   ftp://host/k.deb,                        false",
        "http://host/,                   jar:http://host/k.jar!/k,                false",
        "http://host/,                   /k.deb,                                  false",
        "http://host_1/,                 http://host_1/k.deb,                     false",
        "file:srv/,                      file:///etc/hostname,                    false",
        "'',                             http://host/k.deb,                       false"
    })
    void an_address_is_compared_part_by_part(String place, String address, boolean isAllowed) throws IOException {
        assertThat(isAllowed(place, address)).isEqualTo(isAllowed);
    }

    @Test
    void a_file_is_allowed_where_it_really_is(@TempDir Path directory) throws IOException {
        var kernels = Files.createDirectory(directory.resolve("kernels"));
        var inside = Files.writeString(kernels.resolve("k.deb"), "kernel");
        var secret = Files.writeString(directory.resolve("secret"), "secret");
        var link = Files.createSymbolicLink(kernels.resolve("link.deb"), secret);
        var place = kernels.toUri().toString();

        assertThat(isAllowed(place, inside.toUri().toString())).isTrue();
        assertThat(isAllowed(place, place.replace("file:///", "file:/") + "k.deb"))
                .isTrue();
        assertThat(isAllowed(place, secret.toUri().toString())).isFalse();
        assertThat(isAllowed(place, link.toUri().toString()))
                .as("a link out of it")
                .isFalse();
        assertThat(isAllowed(place, place + "%2e%2e/secret")).isFalse();
        assertThat(isAllowed(place, place)).as("a directory").isFalse();
        assertThat(isAllowed(place, place.replace("file:///", "file://localhost/") + "k.deb"))
                .isFalse();
        assertThatThrownBy(() -> isAllowed(place, place + "gone")).isInstanceOf(NoSuchFileException.class);
    }

    private static boolean isAllowed(String place, String address) throws IOException {
        for (var allowed : PackagePlace.of(List.of(place))) if (allowed.holds(URI.create(address))) return true;
        return false;
    }
}
