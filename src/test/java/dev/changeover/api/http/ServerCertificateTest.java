package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.temporal.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {
    private static final String END = "-----END CERTIFICATE-----\n";

    @Test
    void a_chain_that_was_repaired_behind_the_same_certificate_is_another_one(@TempDir Path files) throws Exception {
        var certificates = Certificates.in(files).certify("server");
        var certificate = certificates.certificate("server");
        var whole = Files.readString(certificate);
        var own = whole.substring(0, whole.indexOf(END) + END.length());
        assertThat(whole).hasSizeGreaterThan(own.length());
        var pair = new ServerCertificate(certificate, certificates.key("server"));
        Files.writeString(certificate, own);

        var broken = pair.load();

        assertThat(pair.load().sameAs(broken)).isTrue();
        Files.writeString(certificate, whole);
        assertThat(pair.load().sameAs(broken)).isFalse();
    }
}
