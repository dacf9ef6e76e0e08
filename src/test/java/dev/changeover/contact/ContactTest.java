package dev.changeover.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContactTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anna",
                "anna@",
                "@example.com",
                "anna@example.com, eve@example.com",
                "Anna <anna@example.com>",
                "anna@exa mple.com",
                "an na@example.com",
                "anna@example..com",
                "anna@example.com\r\nBcc: eve@example.com",
                "anna@@example.com"
            })
    void refuses_what_is_no_mailbox(String email) {
        assertThat(wrong(email, null, null, null, null)).isEqualTo("email");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0151 12345678", "+0151123456", "+49", "+491511234567890123", "+49 151 12345678", "anna"})
    void refuses_what_is_no_international_number(String phone) {
        assertThat(wrong(null, phone, null, null, null)).isEqualTo("phone");
    }

    @Test
    void keeps_a_webhook_as_it_is_sent() {
        var contact = Contact.of("p", null, "Anna", null, null, "https://example.com/ä?x=1", null, null);

        assertThat(contact.webhook()).isEqualTo("https://example.com/%C3%A4?x=1");
        assertThat(wrong(null, null, "https://example.com/" + "ä".repeat(400), null, null))
                .isEqualTo("webhook");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hooks.example/***",
                "ftp://example.com/x",
                "https:///x",
                "example.com/x",
                "https://user:secret@example.com/",
                "https://example.com/#x",
                "https://exa mple.com",
                "file:///etc/passwd"
            })
    void refuses_what_is_no_webhook(String webhook) {
        assertThat(wrong(null, null, webhook, null, null)).isEqualTo("webhook");
    }

    @ParameterizedTest
    @CsvSource({
        "time_zone, +02:00, ",
        "time_zone, Berlin, ",
        "quiet_hours, , 25-07",
        "quiet_hours, , night",
        "email, , "
    })
    void names_the_part_that_is_wrong(String field, @Nullable String zone, @Nullable String quiet) {
        assertThat(wrong(field.equals("email") ? null : "a@example.com", null, null, zone, quiet))
                .isEqualTo(field);
    }

    private static String wrong(
            @Nullable String email,
            @Nullable String phone,
            @Nullable String webhook,
            @Nullable String zone,
            @Nullable String quiet) {
        return catchThrowableOfType(
                        WrongContact.class, () -> Contact.of("p", null, "Anna", email, phone, webhook, zone, quiet))
                .field();
    }

    @ParameterizedTest
    @CsvSource({
        "22-07,       2026-11-27T20:59:59Z, 2026-11-27T20:59:59Z",
        "22-07,       2026-11-27T21:00:00Z, 2026-11-28T06:00:00Z",
        "22-07,       2026-11-28T05:59:59Z, 2026-11-28T06:00:00Z",
        "22-07,       2026-11-28T06:00:00Z, 2026-11-28T06:00:00Z",
        "12:30-13:30, 2026-11-28T11:30:00Z, 2026-11-28T12:30:00Z",
        "none,        2026-11-28T00:00:00Z, 2026-11-28T00:00:00Z",
        // the hour that the clock skips, and the hour that it shows twice
        "22-02:30,    2026-03-29T00:30:00Z, 2026-03-29T01:30:00Z",
        "22-02:30,    2026-10-25T00:00:00Z, 2026-10-25T00:30:00Z",
        "22-02:30,    2026-10-25T01:10:00Z, 2026-10-25T01:30:00Z"
    })
    void quiet_hours_end_on_the_contacts_clock(String quiet, Instant at, Instant end) {
        assertThat(QuietHours.of(quiet).endAfter(at, BERLIN)).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "192.0.0.8",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:0::1",
                "2001:db8::1",
                "::7f00:1"
            })
    void an_address_that_is_not_on_the_internet_is_known(String address) throws Exception {
        assertThat(PublicAddress.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "100.63.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808"})
    void and_one_that_is(String address) throws Exception {
        assertThat(PublicAddress.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void a_contact_declared_again_is_the_same_one() {
        var first = Contact.of("p", "i", "Anna", "a@example.com", null, null, null, null);
        var again = Contact.of("p", "i", "Anna", null, "+4915112345678", null, "Europe/Berlin", "none");

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(Contact.of("p", null, "Anna", "a@example.com", null, null, null, null)
                        .id())
                .isNotEqualTo(first.id());
    }
}
