package dev.changeover.notify.mail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.icegreen.greenmail.util.ServerSetupTest;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.changeover.api.Chromium;
import dev.changeover.contact.Channel;
import dev.changeover.contact.Contact;
import dev.changeover.contact.Contacts;
import dev.changeover.database.Sql;
import dev.changeover.inventory.FileFormat;
import dev.changeover.inventory.FleetFile;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.KernelFile;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.notify.Delivery;
import dev.changeover.notify.Delivery.Status;
import dev.changeover.notify.Ends;
import dev.changeover.notify.Notice;
import dev.changeover.notify.Notice.Kind;
import dev.changeover.notify.Notice.Level;
import dev.changeover.notify.Notices;
import dev.changeover.notify.Sender.Result;
import dev.changeover.notify.Told;
import io.micronaut.context.ApplicationContext;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** E-mails as a real SMTP server receives them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final Instant PLANNED = Instant.parse("2026-12-08T01:00:00Z");
    private static final Instant LATEST = Instant.parse("2026-12-07T16:00:00Z");

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @TempDir
    static Path directory;

    private final GreenMail server = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
    private ApplicationContext context;
    private MailSender sender;

    @BeforeAll
    void open() {
        server.start();
        context = ApplicationContext.run(
                Map.of(
                        "changeover.data", directory.toString(),
                        "changeover.notify.every", "1h",
                        "changeover.notify.console-url", "https://changeover.example.com/",
                        "changeover.smtp.host", ServerSetup.getLocalHostAddress(),
                        "changeover.smtp.port", server.getSmtp().getPort(),
                        "changeover.smtp.security", "NONE",
                        "changeover.smtp.from", "changeover@example.com"),
                "test");
        sender = context.getBean(MailSender.class);
        var inventory = context.getBean(Inventory.class);
        inventory.register(KernelFile.read(FileFormat.YAML, """
                kernels:
                  - {engine: haproxy, version: 2.6.12.4, reported_version: 2.6.12-4,
                     release_notes: "BUG/MAJOR: sessions on backend resets, CVE-2026-1234"}
                """, inventory::registered));
        inventory.register(FleetFile.read("""
                projects:
                  - id: shop
                    region: eu-de
                    instances:
                      - id: orders
                        name: Orders
                        window: 02:00-06:00
                        time_zone: Europe/Berlin
                        proxies:
                          - {id: px, name: orders-proxy, address: 10.0.0.1, port: 3306, mode: HA, version: 2.6.12.3,
                             nodes: [{id: n1, role: primary}, {id: n2, role: standby}]}
                          - {id: evil, name: "<script>alert(1)</script> & Co", address: 10.0.0.2, port: 3306, mode: HA,
                             version: 2.6.12.3, nodes: [{id: n3, role: primary}, {id: n4, role: standby}]}
                """));
    }

    @AfterAll
    void close() {
        context.close();
        server.stop();
    }

    @Test
    void a_plan_says_by_when_to_act_what_changes_and_when_on_the_owners_clock() throws Exception {
        var mail = sent(told(7, "m1", Kind.PLANNED, "px", PLANNED));

        assertThat(mail.getSubject())
                .isEqualTo("Action by Mon 7 Dec: orders-proxy 2.6.12.3 → 2.6.12.4, Tue 8 Dec 02:00 CET");
        var text = part(mail, "text/plain");
        assertThat(text)
                .contains("Why: it loses sessions")
                .contains("When: Tue 8 Dec 02:00 CET (Tue 8 Dec 01:00 UTC)")
                .contains("Choose until: Mon 7 Dec 17:00 CET")
                .contains("2.6.12.4: BUG/MAJOR")
                .contains("Now: https://changeover.example.com/console/#/instances/orders?project=shop&event=m1&do=now")
                .contains("Another slot: ")
                .contains("Details: ")
                .contains("Sessions older than 24 hours are closed one by one")
                .contains("You cannot unsubscribe");
        assertThat(part(mail, "text/html"))
                .contains("orders-proxy 2.6.12.3 → 2.6.12.4", "What clients will feel", "You cannot unsubscribe");
    }

    @Test
    void a_name_in_html_is_text_and_a_line_break_makes_no_header() throws Exception {
        var mail = sent(told(8, "m2", Kind.PLANNED, "evil", PLANNED));

        assertThat(part(mail, "text/html"))
                .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co")
                .doesNotContain("<script>");

        var injected = sent(delivery("Eve\r\nBcc: eve@example.com", List.of(told(9, "m2", Kind.HELD, "evil", null))));
        assertThat(injected.getHeader("Bcc")).isNull();
        assertThat(injected.getAllRecipients()).hasSize(1);
    }

    @Test
    void all_mails_of_an_upgrade_are_one_thread_and_an_attempt_keeps_its_id() throws Exception {
        var first = delivery("Anna", List.of(told(10, "m3", Kind.PLANNED, "px", PLANNED)));

        var planned = sent(first);
        var again = sent(first);
        var started = sent(told(11, "m3", Kind.STARTED, "px", PLANNED));

        assertThat(again.getMessageID())
                .isEqualTo(planned.getMessageID())
                .isEqualTo("<" + first.id() + "@example.com>");
        assertThat(started.getMessageID()).isNotEqualTo(planned.getMessageID());
        assertThat(started.getHeader("References"))
                .isEqualTo(planned.getHeader("References"))
                .containsExactly("<member.m3@example.com>");
    }

    @Test
    void a_plan_is_an_invitation_and_a_cancellation_takes_it_away() throws Exception {
        var planned = part(sent(told(12, "m4", Kind.PLANNED, "px", PLANNED)), "text/calendar");
        var cancelled = part(sent(told(13, "m4", Kind.CANCELLED, "px", PLANNED)), "text/calendar");

        assertThat(planned)
                .contains("METHOD:REQUEST")
                .contains("UID:member.m4@example.com")
                .contains("DTSTART:20261208T010000Z")
                .contains("DTEND:20261208T050000Z")
                .contains("SEQUENCE:0");
        assertThat(cancelled).contains("METHOD:CANCEL", "STATUS:CANCELLED", "UID:member.m4@example.com", "SEQUENCE:");
    }

    @Test
    void a_move_changes_the_calendars_entry_and_each_contact_reads_who_else_was_told() throws Exception {
        var later = PLANNED.plus(Duration.ofDays(1));

        var planned = sent(told(alsoToldBert("m11", Kind.PLANNED), "m11", Kind.PLANNED, "px", PLANNED));
        var moved = sent(told(alsoToldBert("m11", Kind.RESCHEDULED), "m11", Kind.RESCHEDULED, "px", later));

        assertThat(part(planned, "text/plain")).contains("Also told: Bert (on call)");
        assertThat(part(planned, "text/calendar"))
                .contains("UID:member.m11@", "SEQUENCE:0", "DTSTART:20261208T010000Z");
        assertThat(part(moved, "text/calendar"))
                .contains("METHOD:REQUEST", "UID:member.m11@", "SEQUENCE:1", "DTSTART:20261209T010000Z");
        var off = sent(told(alsoToldBert("m11", Kind.CANCELLED), "m11", Kind.CANCELLED, "px", later));
        assertThat(part(off, "text/calendar")).contains("METHOD:CANCEL", "UID:member.m11@", "SEQUENCE:2");
    }

    /** The number of a notice that another contact has got, too. */
    private int alsoToldBert(String member, Kind kind) {
        var bert = Contact.of("shop", null, "Bert (on call)", "bert@example.com", null, null, null, null);
        context.getBean(Contacts.class).put(bert);
        var told = told(1, member, kind, "px", PLANNED).notice();
        context.getBean(Notices.class)
                .tell(new Notice(
                        member + kind,
                        kind,
                        told.level(),
                        told.projectId(),
                        told.instanceId(),
                        told.proxyId(),
                        null,
                        told.campaignId(),
                        member,
                        told.source(),
                        told.target(),
                        PLANNED,
                        LATEST,
                        told.reason(),
                        NOW));
        var sql = context.getBean(Sql.class);
        var id = sql.first("select id from notice where notice_key = ?", row -> row.number("id"), member + kind)
                .orElseThrow();
        sql.change("update notice set state = 'ADDRESSED' where id = ?", id);
        sql.change(
                "insert into notice_recipient (notice_id, channel, address, contact_id, not_before)"
                        + " values (?, 'EMAIL', ?, ?, ?)",
                id,
                "bert@example.com",
                bert.id(),
                NOW);
        return id;
    }

    private static InternetAddress address(MimeMessage mail) {
        try {
            return (InternetAddress) mail.getAllRecipients()[0];
        } catch (MessagingException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void an_address_with_unusual_characters_is_invited_as_well() throws Exception {
        var usual = delivery("Anna", List.of(told(17, "m11", Kind.PLANNED, "px", PLANNED)));
        var address = "anna%it|{team}^`@example.com";

        var mail =
                sent(new Delivery(usual.id(), usual.channel(), address, usual.contact(), usual.zone(), usual.told()));

        assertThat(address(mail).getAddress()).isEqualTo(address);
        assertThat(part(mail, "text/calendar")).contains("ATTENDEE:mailto:anna%25it%7C%7Bteam%7D%5E%60@example.com");
        server.purgeEmailFromAllMailboxes(); // else this mailbox is the last one for the other tests
    }

    @Test
    void a_digest_tells_of_all_upgrades_and_publishes_their_times() throws Exception {
        var mail = sent(delivery(
                "Anna",
                List.of(
                        told(14, "m5", Kind.PLANNED, "px", PLANNED),
                        told(15, "m6", Kind.PLANNED, "evil", PLANNED),
                        told(16, "m7", Kind.DONE, "px", null))));

        assertThat(mail.getSubject()).isEqualTo("Action by Mon 7 Dec: 3 upgrades: 2 planned, 1 done");
        assertThat(part(mail, "text/calendar"))
                .contains("METHOD:PUBLISH", "UID:member.m5@example.com", "UID:member.m6@example.com")
                .doesNotContain("m7");
    }

    @Test
    void an_upgrade_that_left_nodes_out_is_not_called_done() throws Exception {
        var mail = sent(told(23, "m12", Kind.MIXED, "px", null));

        assertThat(mail.getSubject()).isEqualTo("Not done on every node: orders-proxy 2.6.12.3 → 2.6.12.4");
        assertThat(part(mail, "text/plain"))
                .contains("the upgrade is not done on every node.", "Why: it loses sessions")
                .doesNotContain("What clients will feel");
        assertThat(part(mail, "text/html"))
                .contains("<span class=\"state alert\">The upgrade is not done on every node.</span>")
                .doesNotContain("What clients will feel");
    }

    @Test
    void a_test_message_says_that_it_is_one() throws Exception {
        assertThat(part(sent(delivery("Anna", List.of())), "text/plain")).contains("this is a test");
    }

    @Test
    void a_mail_can_be_read_in_light_and_dark_on_a_desk_and_on_a_phone() throws Exception {
        var plan = sent(told(alsoToldBert("m8", Kind.PLANNED), "m8", Kind.PLANNED, "px", PLANNED));
        var digest = sent(delivery(
                "Anna",
                List.of(told(21, "m9", Kind.HELD, "px", null), told(22, "m10", Kind.PLANNED, "evil", PLANNED))));

        var page = CHROMIUM.page();
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (var mail : Map.of("mail", plan, "digest", digest).entrySet()) {
                page.setViewportSize(720, 400);
                page.setContent(part(mail.getValue(), "text/html"));
                assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
                for (var width : List.of(720, 360)) {
                    page.setViewportSize(width, 400);
                    page.setContent(reader(mail.getValue()));
                    page.evaluate(FITTING);
                    page.screenshot(new Page.ScreenshotOptions()
                            .setFullPage(true)
                            .setPath(Path.of("target/screenshots/%s-%s-%d.png"
                                    .formatted(mail.getKey(), scheme.name().toLowerCase(Locale.ROOT), width))));
                    assertThat(page.frames().getLast().evaluate("document.documentElement.scrollWidth - innerWidth"))
                            .as("wider than the screen")
                            .isEqualTo(0);
                }
            }
        }
    }

    private static final String FITTING = """
            for (const frame of document.querySelectorAll('iframe')) {
              frame.style.height = frame.contentDocument.documentElement.scrollHeight + 'px';
            }""";

    /** As a mail reader in a browser shows it: its head, what is attached, and the page in a frame without scripts. */
    private static String reader(MimeMessage mail) throws Exception {
        var from = (InternetAddress) mail.getFrom()[0];
        return """
                <!doctype html><meta name="viewport" content="width=device-width"><style>
                :root { color-scheme: light dark; }
                body { margin: 0; font: 14px/1.5 system-ui, sans-serif; }
                header { padding: 16px 20px; border-bottom: 1px solid #8886; }
                strong { display: block; font-size: 18px; overflow-wrap: anywhere; }
                .file { display: inline-block; border: 1px solid #8886; border-radius: 6px; padding: 2px 10px; margin-top: 8px; }
                iframe { display: block; width: 100%%; border: 0; }
                </style><header><strong>%s</strong>%s &lt;%s&gt;<br>to %s<br><span class="file">attached: %s</span></header>
                <iframe sandbox="allow-same-origin" srcdoc="%s"></iframe>
                """.formatted(
                        escaped(mail.getSubject()),
                        from.getPersonal(),
                        from.getAddress(),
                        escaped(address(mail).getPersonal()),
                        attached(mail),
                        escaped(part(mail, "text/html")));
    }

    private static String attached(MimeMessage mail) throws Exception {
        var parts = (Multipart) mail.getContent();
        return String.valueOf(parts.getBodyPart(parts.getCount() - 1).getFileName());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    @Test
    void without_a_mail_server_nothing_is_sent_and_that_is_said(@TempDir Path other) {
        try (var without = ApplicationContext.run(Map.of("changeover.data", other.toString()), "test")) {
            assertThat(without.getBean(MailSender.class).send(delivery("Anna", List.of())))
                    .isInstanceOfSatisfying(Result.Final.class, off -> {
                        assertThat(off.status()).isEqualTo(Status.OFF);
                        assertThat(off.reason()).contains("CHANGEOVER_SMTP_HOST");
                    });
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            550 no such mailbox, BOUNCED
            450 mailbox busy,    LATER
            -,                   AWAY
            """)
    void what_the_mail_server_answers_is_of_the_one_address_and_its_silence_of_all(
            @Nullable String toAddress, String end, @TempDir Path other) throws Exception {
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var with = ApplicationContext.run(
                        Map.of(
                                "changeover.data",
                                other.toString(),
                                "changeover.smtp.host",
                                "127.0.0.1",
                                "changeover.smtp.port",
                                listening.getLocalPort(),
                                "changeover.smtp.security",
                                "NONE"),
                        "test")) {
            Thread.startVirtualThread(() -> answer(listening, toAddress));

            var result = with.getBean(MailSender.class).send(delivery("Anna", List.of()));

            assertThat(Ends.of(result)).isEqualTo(end);
        }
    }

    /** A mail server for one client, which takes everything but addresses; it hangs up where it has no answer to them. */
    private static void answer(ServerSocket listening, @Nullable String toAddress) {
        try (var client = listening.accept();
                var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
                var out = new PrintStream(client.getOutputStream(), true, US_ASCII)) {
            if (toAddress == null) return;
            out.print("220 here\r\n");
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                out.print((line.startsWith("RCPT") ? toAddress : "250 well") + "\r\n");
            }
        } catch (IOException gone) {
            // The client has heard enough.
        }
    }

    private MimeMessage sent(Told told) throws Exception {
        return sent(delivery("Anna", List.of(told)));
    }

    private MimeMessage sent(Delivery delivery) throws Exception {
        assertThat(sender.send(delivery)).isEqualTo(Result.SENT);
        var all = server.getReceivedMessages();
        return all[all.length - 1];
    }

    private static String part(Part part, String type) throws Exception {
        var found = new ArrayList<String>();
        collect(part, type, found);
        assertThat(found).hasSize(1);
        return found.getFirst().replace("\r\n ", "");
    }

    private static void collect(Part part, String type, List<String> found) throws Exception {
        if (part.getContent() instanceof Multipart parts) {
            for (int index = 0; index < parts.getCount(); index++) collect(parts.getBodyPart(index), type, found);
        } else if (part.isMimeType(type)) {
            found.add(new String(part.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    static Delivery delivery(String contact, List<Told> told) {
        return new Delivery(
                UUID.randomUUID().toString(),
                Channel.EMAIL,
                "anna@example.com",
                contact,
                ZoneId.of("Europe/Berlin"),
                told);
    }

    static Told told(int id, String member, Kind kind, String proxy, @Nullable Instant planned) {
        return new Told(
                id,
                "member:" + member,
                false,
                new Notice(
                        "k" + id,
                        kind,
                        Level.MAJOR,
                        "shop",
                        "orders",
                        proxy,
                        null,
                        "c1",
                        member,
                        KernelVersion.of("2.6.12.3"),
                        KernelVersion.of("2.6.12.4"),
                        planned,
                        planned == null ? null : LATEST,
                        "it loses sessions",
                        NOW));
    }
}
