package dev.changeover.notify.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.changeover.contact.Channel;
import dev.changeover.contact.Contact;
import dev.changeover.contact.Contacts;
import dev.changeover.contact.HostNames;
import dev.changeover.contact.WrongContact;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Project;
import dev.changeover.notify.Delivery;
import dev.changeover.notify.Delivery.Status;
import dev.changeover.notify.Ends;
import dev.changeover.notify.Letter;
import dev.changeover.notify.Notice;
import dev.changeover.notify.Notice.Kind;
import dev.changeover.notify.Notice.Level;
import dev.changeover.notify.Sender;
import dev.changeover.notify.Sender.Result;
import dev.changeover.notify.Told;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SMS and webhooks as an HTTP server on the loopback address receives them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {
    private static final byte[] OLD = "an old secret of 24 bytes or more".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEW = "a new secret of 24 bytes or more".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path directory;

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private int status = 200;
    private String answer = "{}";
    private HttpServer server;
    private ApplicationContext context;

    @BeforeAll
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var headers = new HashMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            received.add(new Received(
                    exchange.getRequestURI().getPath(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
            var bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        context = context(directory, true);
    }

    @AfterAll
    void close() {
        context.close();
        server.stop(0);
    }

    @BeforeEach
    void fresh() {
        received.clear();
        status = 200;
        answer = "{}";
    }

    private ApplicationContext context(Path data, boolean privateWebhooks) {
        return ApplicationContext.run(
                Map.of(
                        "changeover.data",
                        data.toString(),
                        "changeover.notify.every",
                        "1h",
                        "changeover.contact.private-webhooks",
                        privateWebhooks,
                        "changeover.webhook.secrets",
                        List.of(secret(NEW), secret(OLD)),
                        "changeover.sms.url",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        "changeover.sms.account",
                        "AC1",
                        "changeover.sms.token",
                        "t0ken",
                        "changeover.sms.from",
                        "+4930123",
                        "test.changing-names",
                        true),
                "test");
    }

    @Test
    void a_webhook_is_signed_with_each_secret_under_one_id() throws Exception {
        var delivery = webhook("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");

        assertThat(webhooks().send(delivery)).isEqualTo(Result.SENT);
        assertThat(webhooks().send(delivery)).isEqualTo(Result.SENT);

        var first = received.take();
        var again = received.take();
        assertThat(first.headers().get("webhook-id"))
                .isEqualTo(delivery.id())
                .isEqualTo(again.headers().get("webhook-id"));
        var signed = "%s.%s.%s".formatted(delivery.id(), first.headers().get("webhook-timestamp"), first.body());
        assertThat(Objects.requireNonNull(first.headers().get("webhook-signature"))
                        .split(" "))
                .containsExactly(signature(NEW, signed), signature(OLD, signed));
        var body = new ObjectMapper().readTree(first.body());
        assertThat(body.get("text").asText()).contains("&lt;!channel&gt; 2.6.12.3 → 2.6.12.4");
        assertThat(body.get("notices").get(0).get("kind").asText()).isEqualTo("HELD");
    }

    @ParameterizedTest
    @CsvSource({"500, ", "503, ", "429, ", "400, REFUSED", "302, REFUSED", "410, BOUNCED"})
    void a_receivers_answer_decides_whether_it_is_tried_again(int code, Status end) {
        status = code;

        var result = webhooks()
                .send(webhook("http://127.0.0.1:" + server.getAddress().getPort() + "/hook"));

        if (end == null) {
            assertThat(result).isInstanceOf(Result.Later.class);
        } else {
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Result.Final.class,
                            ended -> assertThat(ended.status()).isEqualTo(end));
        }
        assertThat(received).as("nobody is followed elsewhere").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"})
    void nothing_is_sent_to_an_address_that_is_not_public(String host, @TempDir Path data) {
        var url = "http://%s:%d/hook".formatted(host, server.getAddress().getPort());
        try (var strict = context(data, false)) {
            assertThat(strict.getBean(WebhookSender.class).send(webhook(url))).isInstanceOf(Result.Later.class);
            Assertions.assertThatThrownBy(() -> strict.getBean(Contacts.class)
                            .put(Contact.of("shop", null, "Anna", null, null, url, null, null)))
                    .isInstanceOf(WrongContact.class)
                    .hasMessageContaining("CHANGEOVER_CONTACT_PRIVATE_WEBHOOKS");
        }

        assertThat(received).isEmpty();
    }

    /** What is public when the contact is written down can be this host's own address when it is told. */
    @ParameterizedTest
    @CsvSource({"10.0.0.7", "127.0.0.1", "8.8.8.8 127.0.0.1", "127.0.0.1 8.8.8.8", "::1"})
    void a_webhook_whose_name_means_another_address_later_reaches_none_that_is_not_public(
            String later, @TempDir Path data) throws Exception {
        var url = "http://hook.example:%d/hook".formatted(server.getAddress().getPort());
        try (var strict = context(data, false)) {
            strict.getBean(Inventory.class)
                    .register(new Inventory.Fleet(List.of(new Project("shop", "shop", "eu-de")), List.of(), List.of()));
            var names = strict.getBean(ChangingNames.class);
            names.means("hook.example", "8.8.8.8");
            strict.getBean(Contacts.class).put(Contact.of("shop", null, "Anna", null, null, url, null, null));

            names.means("hook.example", later.split(" "));
            var result = strict.getBean(WebhookSender.class).send(webhook(url));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            Result.Later.class,
                            refused -> assertThat(refused.reason())
                                    .contains("hook.example has an address that is not on the Internet"));
        }
        assertThat(received).isEmpty();

        context.getBean(ChangingNames.class).means("hook.example", "127.0.0.1");
        assertThat(webhooks().send(webhook(url)))
                .as("where private ones are allowed")
                .isEqualTo(Result.SENT);
    }

    @Test
    void contacts_are_put_again_though_the_host_of_a_webhook_that_stays_is_gone(@TempDir Path data) throws Exception {
        var url = "http://hook.example/hook";
        var anna = Contact.of("shop", null, "Anna", null, null, url, null, null);
        try (var strict = context(data, false)) {
            strict.getBean(Inventory.class)
                    .register(new Inventory.Fleet(List.of(new Project("shop", "shop", "eu-de")), List.of(), List.of()));
            var contacts = strict.getBean(Contacts.class);
            var names = strict.getBean(ChangingNames.class);
            names.means("hook.example", "8.8.8.8");
            contacts.put(anna);

            names.means("hook.example", "10.0.0.7");
            contacts.replace("shop", null, List.of(anna));

            assertThat(contacts.ofProject("shop")).containsExactly(anna);
            Assertions.assertThatThrownBy(() -> contacts.replace(
                            "shop",
                            null,
                            List.of(anna, Contact.of("shop", null, "Bert", null, null, url + "/b", null, null))))
                    .isInstanceOf(WrongContact.class);
        }
    }

    /** The event loops of webhooks are those of the REST interface. */
    @Test
    void a_name_server_that_does_not_answer_keeps_nothing_else_waiting() {
        var names = context.getBean(ChangingNames.class);
        var moreThanLoops = 4 * Runtime.getRuntime().availableProcessors();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each = 0; each < moreThanLoops; each++) {
                var hook = "http://%d.silent.example/hook".formatted(each); // few connections to one host begin at once
                threads.execute(() -> webhooks().send(webhook(hook)));
            }
            try {
                await().until(() -> names.silent.getQueueLength() == moreThanLoops);

                var other = threads.submit(() -> webhooks()
                        .send(webhook("http://127.0.0.1:%d/hook"
                                .formatted(server.getAddress().getPort()))));

                assertThat(other).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Result.SENT);
            } finally {
                names.silent.release(moreThanLoops);
            }
        }
    }

    /** As a name server whose owner changes his mind, and one that answers nothing for some names. */
    @Singleton
    @Replaces(HostNames.class)
    @Requires(property = "test.changing-names")
    static final class ChangingNames extends HostNames {
        private final Map<String, List<InetAddress>> now = new ConcurrentHashMap<>();
        private final Semaphore silent = new Semaphore(0);

        private void means(String host, String... addresses) throws UnknownHostException {
            var all = new ArrayList<InetAddress>();
            for (var address : addresses) all.add(InetAddress.getByName(address));
            now.put(host, all);
        }

        @Override
        public List<InetAddress> addresses(String host) throws UnknownHostException {
            if (host.endsWith(".silent.example")) {
                silent.acquireUninterruptibly();
                throw new UnknownHostException(host);
            }
            return now.containsKey(host) ? now.get(host) : super.addresses(host);
        }
    }

    @Test
    void an_sms_goes_to_twilios_interface() throws Exception {
        status = 201;

        assertThat(sms().send(delivery(Channel.SMS, "+4915112345678"))).isEqualTo(Result.SENT);

        var request = received.take();
        assertThat(request.path()).isEqualTo("/2010-04-01/Accounts/AC1/Messages.json");
        assertThat(request.headers().get("authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString("AC1:t0ken".getBytes(StandardCharsets.UTF_8)));
        assertThat(URLDecoder.decode(request.body(), StandardCharsets.UTF_8))
                .contains("To=+4915112345678", "From=+4930123", "2.6.12.3>2.6.12.4 is held");
    }

    @ParameterizedTest
    @CsvSource({
        "400, 21211, BOUNCED",
        "400, 21602, REFUSED",
        "429, 20429, AWAY",
        "401, 20003, AWAY",
        "500, 20500, MAYBE"
    })
    void an_answer_of_the_gateway_is_final_a_pause_or_unclear(int code, int twilio, String end) {
        status = code;
        answer = "{\"code\": %d, \"message\": \"no\"}".formatted(twilio);

        var result = sms().send(delivery(Channel.SMS, "+4915112345678"));

        assertThat(Ends.of(result)).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p",
                "orders-proxy",
                "名前 ženská €{}[]~^ → proxy",
                "a-name-that-is-longer-than-anybody-would-like-it-to-be"
            })
    void an_sms_is_one_of_160_characters_that_every_phone_has(String name) {
        for (var kind : Kind.values()) {
            var planned = new Letter.Item(
                    "t",
                    told(kind).notice(),
                    name.repeat(5),
                    "orders",
                    "Wed 28 Sep 02:00 GMT+12:45",
                    "",
                    "Tue 27 Sep 17:00 GMT+12:45",
                    "",
                    URI.create("https://changeover.eu-de.some-company.example.com/#/x"),
                    List.of(),
                    List.of(),
                    0,
                    null);
            var text = SmsText.of(new Letter("s", "Anna", List.of(planned), true, "24 hours", URI.create("https://x")));

            assertThat(text).hasSizeLessThanOrEqualTo(160).doesNotContainPattern("[^\\x20-\\x7e]|[\\[\\]{}~^|\\\\`]");
            assertThat(text).contains("2.6.12.3>2.6.12.4", kind.words().substring(0, 4));
        }
    }

    @Test
    void secrets_are_in_no_text_of_the_settings() {
        assertThat(context.getBean(SmsSettings.class).toString()).doesNotContain("t0ken");
        assertThat(context.getBean(WebhookSettings.class).toString()).doesNotContain("whsec_");
    }

    private Sender webhooks() {
        return context.getBean(WebhookSender.class);
    }

    private Sender sms() {
        return context.getBean(SmsSender.class);
    }

    private static Delivery webhook(String url) {
        return delivery(Channel.WEBHOOK, url);
    }

    private static Delivery delivery(Channel channel, String address) {
        return new Delivery(
                UUID.randomUUID().toString(), channel, address, "Anna", ZoneId.of("UTC"), List.of(told(Kind.HELD)));
    }

    private static Told told(Kind kind) {
        return new Told(
                1,
                "job:1",
                false,
                new Notice(
                        "k",
                        kind,
                        Level.MAJOR,
                        "shop",
                        "orders",
                        "<!channel>",
                        "j1",
                        null,
                        null,
                        KernelVersion.of("2.6.12.3"),
                        KernelVersion.of("2.6.12.4"),
                        null,
                        null,
                        "it loses sessions",
                        Instant.EPOCH));
    }

    private static String secret(byte[] key) {
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }

    private static String signature(byte[] key, String signed) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private record Received(String path, Map<String, String> headers, String body) {}
}
