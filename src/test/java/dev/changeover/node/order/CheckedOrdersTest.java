package dev.changeover.node.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.host.PrivateFile;
import dev.changeover.host.SmallDisk;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderKind;
import dev.changeover.node.OrderRefusal;
import dev.changeover.node.Permit;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.Retirement;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.telemetry.LogLines;
import io.temporal.client.ActivityCanceledException;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckedOrdersTest {
    private static final Duration DAY = Duration.ofHours(24);
    private static final KernelVersion OLD = KernelVersion.of("2.6.12.3");
    private static final KernelVersion NEW = KernelVersion.of("2.6.12.4");

    @TempDir
    private Path run;

    private final OrderSigner signer = OrderSigner.of(new byte[32]);
    private final Deeds deeds = new Deeds();
    private final List<OrderRefusal> told = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-27T12:00:00Z");
    private final InstantSource clock = () -> now;

    @BeforeEach
    void enrol() throws IOException {
        Enrolment.accept(Enrolment.token(signer, "n1", now), "n1", run, now);
    }

    /** Each stands twice in a history, and ten thousand upgrades may wait with theirs. */
    @Test
    void an_order_that_is_signed_says_nothing_of_what_it_leaves_open() {
        var permit = signer.permit("job", 1, OrderKind.INSPECT, "n1", now.plusMillis(7), new NodeOrder("n1", null));

        assertThat(permit.text())
                .isEqualTo("{\"jobId\":\"job\",\"step\":1,\"kind\":\"INSPECT\",\"nodeId\":\"n1\",\"good\":\"%s\","
                                .formatted(now)
                        + "\"order\":{\"nodeId\":\"n1\",\"ageLimit\":\"PT24H\"}}");
    }

    @Test
    void carries_out_what_was_signed_whatever_stands_beside_it() {
        var signed = new RetireOrder(order(DAY, null), kernel(NEW), DAY, Duration.ofSeconds(1), List.of());
        var permit = signer.permit("job", 1, OrderKind.RETIRE, "n1", now.plusSeconds(60), signed);

        agent().retire(new RetireOrder(
                new NodeOrder("n1", null, Duration.ZERO, 7, permit),
                kernel(OLD),
                Duration.ZERO,
                Duration.ofMillis(1),
                List.of()));

        assertThat(deeds.retired).isEqualTo(signed);
    }

    @Test
    void refuses_an_order_for_another_node() {
        var stolen = handOver("n2", 1, NEW, now.plusSeconds(60));

        assertRefused(NodeFault.UNSIGNED_ORDER, "on node n2", () -> agent().handOver(stolen));
    }

    @Test
    void refuses_an_order_whose_time_is_over_and_says_what_its_clock_shows() {
        var order = handOver("n1", 1, NEW, now.plusSeconds(60));
        now = now.plusSeconds(61);

        assertRefused(NodeFault.STALE_ORDER, "2026-11-27T12:01:01Z", () -> agent().handOver(order));
    }

    @Test
    void an_agent_whose_clock_is_a_day_ahead_says_so_and_one_a_day_behind_works() {
        var good = now.plusSeconds(600);
        now = now.plus(DAY);
        assertRefused(
                NodeFault.STALE_ORDER,
                "this host's clock shows 2026-11-28T12:00:00Z: if that is wrong, set it right",
                () -> agent().handOver(handOver("n1", 1, NEW, good)));

        now = now.minus(DAY).minus(DAY);
        agent().handOver(handOver("n1", 1, NEW, good));

        assertThat(deeds.handedOver).containsExactly(NEW);
    }

    @Test
    void takes_the_newest_step_again_and_refuses_older_ones_also_after_a_restart() {
        var older = handOver("n1", 4, NEW, now.plusSeconds(60));
        var newer = handOver("n1", 5, NEW, now.plusSeconds(60));
        agent().handOver(newer);

        agent().handOver(newer);
        assertRefused(NodeFault.STALE_ORDER, "older than step 5", () -> agent().handOver(older));

        assertThat(deeds.handedOver).containsExactly(NEW, NEW);
    }

    @Test
    void a_look_that_comes_late_is_no_replay_and_one_in_time_ends_the_steps_before_it() {
        agent().handOver(handOver("n1", 5, NEW, now.plusSeconds(60)));

        agent().inspect(order(DAY, look(4)));
        agent().handOver(handOver("n1", 6, NEW, now.plusSeconds(60)));
        agent().inspect(order(DAY, look(7)));
        agent().inspect(order(DAY, look(7)));

        assertThat(deeds.looks).isEqualTo(3);
        assertThat(told).isEmpty();
        assertRefused(
                NodeFault.STALE_ORDER,
                "older than step 7",
                () -> agent().handOver(handOver("n1", 6, NEW, now.plusSeconds(60))));
    }

    @Test
    void a_look_that_cannot_be_noted_is_given_all_the_same_and_a_failure_that_cannot_be_says_what_it_said()
            throws Exception {
        try (var disk = SmallDisk.at(run.resolve("disk"), 1024)) {
            run = disk.path();
            enrol();
            deeds.failsWith = NodeFault.CONFIG_REFUSED;
            deeds.meanwhile = () -> {
                disk.makeReadOnly(true);
                return "read-only";
            };

            assertThatThrownBy(() -> agent().handOver(handOver("n1", 1, NEW, now.plusSeconds(60))))
                    .hasMessageContaining("told to fail");
            agent().inspect(order(DAY, look(2)));

            assertThat(deeds.looks).isEqualTo(1);
        }
    }

    @Test
    void an_upgrade_that_another_one_followed_changes_nothing_any_more_and_its_sessions_end() {
        var good = now.plus(DAY);
        var former = stage("former", 1, good);
        agent().stage(former);
        agent().stage(former);
        agent().inspect(order(DAY, signer.permit("later", 3, OrderKind.INSPECT, "n1", good, order(DAY, null))));

        assertRefused(NodeFault.STALE_ORDER, "another upgrade", () -> agent().stage(former));
        assertRefused(NodeFault.STALE_ORDER, "another upgrade", () -> agent().handOver(handOver("n1", 2, NEW, good)));
        agent().stage(stage("later", 4, good));
        now = now.plus(Duration.ofHours(20));
        assertRefused(NodeFault.STALE_ORDER, "another upgrade", () -> agent().stage(stage("kept back", 2, good)));

        var end = new RetireOrder(order(DAY, null), kernel(NEW), DAY, Duration.ofSeconds(1), List.of());
        var permit = signer.permit("former", 2, OrderKind.RETIRE, "n1", good, end);
        agent().retire(new RetireOrder(order(DAY, permit), kernel(NEW), DAY, Duration.ofSeconds(1), List.of()));
        assertThat(deeds.retired).isNotNull();
    }

    private StageOrder stage(String job, int step, Instant good) {
        var bare = new StageOrder(order(DAY, null), kernel(NEW));
        var permit = signer.permit(job, step, OrderKind.STAGE, "n1", good, bare);
        return new StageOrder(order(DAY, permit), kernel(NEW));
    }

    @Test
    void a_step_that_is_under_way_goes_on_where_nothing_can_be_written_and_no_other_begins() throws Exception {
        try (var disk = SmallDisk.at(run.resolve("disk"), 1024)) {
            run = disk.path();
            enrol();
            agent().handOver(handOver("n1", 1, NEW, now.plusSeconds(60)));
            disk.makeReadOnly(true);

            agent().handOver(handOver("n1", 1, NEW, now.plusSeconds(60)));

            assertThat(deeds.handedOver).hasSize(2);
            assertThatThrownBy(() -> agent().handOver(handOver("n1", 2, NEW, now.plusSeconds(60))))
                    .hasMessageContaining("type='NO_ANSWER'")
                    .hasMessageContaining("it cannot be kept which orders this host has seen")
                    .hasMessageContaining("Read-only");
        }
    }

    @Test
    void a_step_that_failed_for_good_does_not_come_again_and_one_that_may_heal_does() {
        var good = now.plusSeconds(60);
        deeds.failsWith = NodeFault.START_FAILED;
        assertThatThrownBy(() -> agent().handOver(handOver("n1", 1, NEW, good)));
        deeds.failsWith = null;
        agent().handOver(handOver("n1", 1, NEW, good));
        deeds.failsWith = NodeFault.CONFIG_REFUSED;
        assertThatThrownBy(() -> agent().handOver(handOver("n1", 2, NEW, good)));
        deeds.failsWith = null;

        assertRefused(NodeFault.STALE_ORDER, "failed for good", () -> agent().handOver(handOver("n1", 2, NEW, good)));

        agent().handOver(handOver("n1", 3, NEW, good));
        assertThat(deeds.handedOver).hasSize(2);
    }

    @Test
    void a_step_that_was_begun_as_often_as_the_control_plane_tries_it_does_not_come_again_also_after_a_restart() {
        var good = now.plus(DAY);
        var given = handOver("n1", 1, NEW, good);
        deeds.failsWith = NodeFault.START_FAILED;
        for (int attempt = 0; attempt < OrderKind.HAND_OVER.attempts(); attempt++) {
            assertThatThrownBy(() -> agent().handOver(given)).hasMessageContaining("told to fail");
        }
        var closing = closing(2, good);
        for (int attempt = 0; attempt < OrderKind.CLOSE.attempts(); attempt++) {
            assertThatThrownBy(() -> agent().closeSessions(closing)).hasMessageContaining("told to fail");
        }
        deeds.failsWith = null;

        assertRefused(NodeFault.STALE_ORDER, "was begun 5 times", () -> agent().handOver(given));
        assertRefused(NodeFault.STALE_ORDER, "was begun 5 times", () -> agent().closeSessions(closing));

        agent().handOver(handOver("n1", 3, NEW, good));
        assertThat(deeds.handedOver).hasSize(1);
        assertThat(deeds.closings).isZero();
    }

    @Test
    void a_retirement_goes_on_though_its_agent_is_restarted_more_often_than_other_steps_are_tried() {
        var order = new RetireOrder(order(DAY, null), kernel(NEW), DAY, Duration.ofSeconds(1), List.of());
        var permit = signer.permit("job", 3, OrderKind.RETIRE, "n1", now.plus(DAY), order);
        var signed = new RetireOrder(order(DAY, permit), kernel(NEW), DAY, Duration.ofSeconds(1), List.of());

        for (int attempt = 0; attempt < 50; attempt++) agent().retire(signed);

        assertRefused(NodeFault.STALE_ORDER, "was begun 50 times", () -> agent().retire(signed));
    }

    /** As its agent wrote it down before it was updated. */
    @Test
    void a_step_that_an_older_agent_has_seen_goes_on() throws IOException {
        Files.writeString(
                run.resolve("orders.json"),
                "{\"job\":{\"step\":1,\"over\":false,\"good\":\"%s\"}}\n".formatted(now.plusSeconds(60)));

        agent().handOver(handOver("n1", 1, NEW, now.plusSeconds(60)));

        assertThat(deeds.handedOver).hasSize(1);
    }

    @Test
    void knows_every_step_whose_line_is_whole_wherever_the_file_is_cut_off() throws IOException {
        for (int step = 1; step <= 3; step++) agent().handOver(handOver("n1", step, NEW, now.plusSeconds(60)));
        var whole = Files.readAllBytes(run.resolve("orders.json"));
        var ends = IntStream.range(0, whole.length)
                .filter(at -> whole[at] == '\n')
                .map(at -> at + 1)
                .toArray();
        assertThat(ends).as("a line for each step").hasSize(3);
        for (int length = ends[0]; length < whole.length; length++) {
            Files.write(run.resolve("orders.json"), Arrays.copyOf(whole, length));
            var lines = length < ends[1] ? 1 : 2;

            assertRefused(
                    NodeFault.STALE_ORDER,
                    "older than step " + lines,
                    () -> agent().handOver(handOver("n1", lines - 1, NEW, now.plusSeconds(60))));
            agent().handOver(handOver("n1", 9, NEW, now.plusSeconds(60)));
            assertRefused(
                    NodeFault.STALE_ORDER,
                    "older than step 9",
                    () -> agent().handOver(handOver("n1", 8, NEW, now.plusSeconds(60))));
        }
    }

    @Test
    void sets_a_damaged_file_aside_and_still_knows_what_could_be_read() throws IOException {
        agent().handOver(handOver("n1", 5, NEW, now.plusSeconds(60)));
        var file = run.resolve("orders.json");
        Files.writeString(file, "\0\0\0\n", StandardOpenOption.APPEND);

        assertRefused(
                NodeFault.STALE_ORDER,
                "older than step 5",
                () -> agent().handOver(handOver("n1", 4, NEW, now.plusSeconds(60))));

        assertThat(run.resolve("orders.json" + PrivateFile.DAMAGED)).exists();
        assertRefused(
                NodeFault.STALE_ORDER,
                "older than step 5",
                () -> agent().handOver(handOver("n1", 4, NEW, now.plusSeconds(60))));
    }

    @Test
    void the_file_is_the_truth_and_stays_short() throws IOException {
        var first = agent();
        var second = agent();
        for (int step = 1; step <= 500; step++) {
            (step % 3 == 0 ? first : second).handOver(handOver("n1", step, NEW, now.plusSeconds(60)));
        }

        assertThat(Files.readAllLines(run.resolve("orders.json"))).hasSizeLessThanOrEqualTo(100);
        for (var agent : List.of(first, second)) {
            assertRefused(
                    NodeFault.STALE_ORDER,
                    "older than step 500",
                    () -> agent.handOver(handOver("n1", 499, NEW, now.plusSeconds(60))));
        }
    }

    @Test
    void an_enrolment_counts_at_once_and_so_does_its_end() throws IOException {
        var agent = agent();
        var other = OrderSigner.of("another control plane's own seed".getBytes(StandardCharsets.US_ASCII));
        agent.handOver(handOver("n1", 1, NEW, now.plusSeconds(60)));

        Enrolment.accept(Enrolment.token(other, "n1", now), "n1", run, now);
        assertRefused(
                NodeFault.UNSIGNED_ORDER,
                other.fingerprint(),
                () -> agent.handOver(handOver("n1", 2, NEW, now.plusSeconds(60))));

        Files.delete(run.resolve("enrolment.json"));
        assertRefused(
                NodeFault.NOT_ENROLLED,
                "takes orders of nobody",
                () -> agent.handOver(handOver("n1", 3, NEW, now.plusSeconds(60))));
    }

    @ParameterizedTest
    @MethodSource("torn")
    void a_torn_enrolment_is_refused_at_once_and_says_to_enrol_again(String content) throws IOException {
        Files.writeString(run.resolve("enrolment.json"), content);
        var order = handOver("n1", 1, NEW, now.plusSeconds(60));
        var agent = CheckedOrders.before(deeds, site(OrderRules.DEFAULT), told::add);

        assertRefused(NodeFault.NOT_ENROLLED, "changeover node enroll", () -> agent.handOver(order));

        assertThat(agent.key()).isEmpty();
        Files.delete(run.resolve("enrolment.json"));
        Enrolment.accept(Enrolment.token(signer, "n1", now), "n1", run, now);
        assertThat(agent.key()).contains(signer.fingerprint());
    }

    static Stream<Named<String>> torn() throws GeneralSecurityException {
        var key = OrderSigner.of(new byte[32]).key();
        var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic();
        var x25519 = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic();
        return Stream.of(
                Named.of("an empty file", ""),
                Named.of("zeros of a disk", "\0\0\0\0"),
                Named.of("the beginning alone", enrolment("\"" + key + "\"").substring(0, 60)),
                Named.of("null", "null"),
                Named.of("no field", "{}"),
                Named.of("no key", enrolment("null")),
                Named.of("no Base64", enrolment("\"" + key.replace('M', '!') + "\"")),
                Named.of("a short key", enrolment("\"" + key.substring(0, 56) + "\"")),
                Named.of("a long key", enrolment("\"" + key.substring(0, 56) + key + "\"")),
                Named.of("an RSA key", enrolment("\"" + encoded(rsa) + "\"")),
                Named.of("an X25519 key", enrolment("\"" + encoded(x25519) + "\"")),
                Named.of(
                        "a former key that is none",
                        enrolment("\"" + key + "\"")
                                .replace("\"former\":{", "\"former\":{\"AAAA\":\"2027-01-01T00:00:00Z\"")));
    }

    private static String encoded(PublicKey key) {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    private static String enrolment(String key) {
        return "{\"nodeId\":\"n1\",\"key\":%s,\"since\":\"2026-11-27T12:00:00Z\",\"used\":[],\"former\":{}}"
                .formatted(key);
    }

    @Test
    void goes_by_a_key_that_its_own_one_names_and_by_the_former_one_only_for_as_long_as_that_says() {
        var agent = agent();
        var good = now.plus(DAY);
        var underWay = handOver("n1", 7, NEW, good);
        var next = next(signer, List.of(), 1, now.plusSeconds(600));

        agent.handOver(handOver(next, "n1", 6, NEW, good));
        assertThat(agent.key()).contains(next.fingerprint());
        agent().handOver(underWay);

        assertThat(deeds.handedOver).hasSize(2);
        now = now.plusSeconds(601);
        assertRefused(
                NodeFault.UNSIGNED_ORDER, next.fingerprint(), () -> agent().handOver(handOver("n1", 8, NEW, good)));
    }

    @Test
    void catches_up_with_changes_that_it_missed_and_goes_back_to_no_former_key() {
        var link = signer.link(seeded(1), now.plusSeconds(60));
        var third = next(seeded(1), List.of(link), 2, now.plus(DAY));

        agent().handOver(handOver(third, "n1", 1, NEW, now.plus(DAY)));
        assertThat(agent().key()).contains(third.fingerprint());

        now = now.plusSeconds(61);
        var back = OrderSigner.of(seed(1), List.of(link));
        agent().handOver(handOver(back, "n1", 2, NEW, now.plus(DAY)));
        assertThat(agent().key()).as("of one that is still good").contains(third.fingerprint());
        assertRefused(
                NodeFault.UNSIGNED_ORDER,
                third.fingerprint(),
                () -> agent().handOver(handOver("n1", 3, NEW, now.plus(DAY))));
    }

    @Test
    void takes_up_no_key_that_its_own_one_did_not_name() {
        var good = now.plusSeconds(60);
        var stranger = seeded(9);
        var link = signer.link(seeded(1), good);
        var wrong = List.of(
                OrderSigner.of(seed(9)),
                next(stranger, List.of(), 9, good),
                OrderSigner.of(seed(9), List.of(link)),
                OrderSigner.of(
                        seed(9),
                        List.of(new Permit(link.text().replace(seeded(1).key(), stranger.key()), link.signature()))),
                OrderSigner.of(
                        seed(9), List.of(new Permit(link.text(), stranger.sign(OrderSigner.NEXT_KEY, link.text())))),
                OrderSigner.of(seed(9), List.of(signer.command("NEXT", new OrderKey.Next(stranger.key(), good)))));

        for (var other : wrong) {
            assertRefused(
                    NodeFault.UNSIGNED_ORDER,
                    signer.fingerprint(),
                    () -> agent().handOver(handOver(other, "n1", 1, NEW, good)));
            assertThat(OrderKey.parse(signer.key()).given("PAUSE", other.command("PAUSE", "now"), String.class))
                    .isEmpty();
        }
        assertThat(agent().key()).contains(signer.fingerprint());
    }

    @Test
    void a_former_key_names_no_other_once_the_agent_goes_by_the_next() {
        var good = now.plus(DAY);
        agent().handOver(handOver(next(signer, List.of(), 1, good), "n1", 1, NEW, good));

        var other = next(signer, List.of(), 2, good);

        assertRefused(
                NodeFault.UNSIGNED_ORDER,
                seeded(1).fingerprint(),
                () -> agent().handOver(handOver(other, "n1", 2, NEW, good)));
    }

    @Test
    void a_later_change_ends_the_time_of_all_former_keys_at_the_latest() {
        var good = now.plus(DAY);
        var link = signer.link(seeded(1), good);
        agent().handOver(handOver(OrderSigner.of(seed(1), List.of(link)), "n1", 1, NEW, good));
        agent().handOver(handOver(next(seeded(1), List.of(link), 2, now.plusSeconds(60)), "n1", 2, NEW, good));
        agent().handOver(handOver("n1", 3, NEW, good));

        now = now.plusSeconds(61);

        assertRefused(NodeFault.UNSIGNED_ORDER, "say retry", () -> agent().handOver(handOver("n1", 4, NEW, good)));
    }

    @Test
    void refuses_and_tells_a_signature_that_is_none() throws IOException {
        for (var none : List.of("{}", "{\"links\":[null,{}]}", "{\"text\":\"x\",\"signature\":\"y\"}")) {
            var permit = SignedText.JSON.readValue(none, Permit.class);

            var log = LogLines.of(
                    CheckedOrders.class,
                    () -> assertRefused(
                            NodeFault.UNSIGNED_ORDER,
                            "is not signed",
                            () -> agent().inspect(new NodeOrder("n1", "host", DAY, 0, permit))));
            assertThat(log).singleElement().asString().startsWith("an order was refused, UNSIGNED_ORDER: ");
            assertThat(OrderKey.parse(signer.key()).given("PAUSE", permit, String.class))
                    .isEmpty();
        }
    }

    @Test
    void does_nothing_while_the_next_key_cannot_be_kept() throws Exception {
        var next = next(signer, List.of(), 1, now.plus(DAY));
        try (var disk = SmallDisk.at(run.resolve("disk"), 1024)) {
            run = disk.path();
            enrol();
            disk.makeReadOnly(true);
            assertThatThrownBy(() -> agent().handOver(handOver(next, "n1", 1, NEW, now.plus(DAY))))
                    .hasMessageContaining("the control plane's next key cannot be kept")
                    .hasMessageContaining("Read-only");
            assertThat(deeds.handedOver).isEmpty();
            assertThat(agent().key()).contains(signer.fingerprint());

            disk.makeReadOnly(false);
            agent().handOver(handOver(next, "n1", 1, NEW, now.plus(DAY)));

            assertThat(agent().key()).contains(next.fingerprint());
        }
    }

    @Test
    void an_agent_that_is_enrolled_again_goes_by_no_former_key_at_once() throws IOException {
        var good = now.plus(DAY);
        agent().handOver(handOver(next(signer, List.of(), 1, good), "n1", 1, NEW, good));

        Enrolment.accept(Enrolment.token(seeded(1), "n1", now), "n1", run, now);

        assertRefused(
                NodeFault.UNSIGNED_ORDER,
                seeded(1).fingerprint(),
                () -> agent().handOver(handOver("n1", 2, NEW, good)));
    }

    private static byte[] seed(int number) {
        var seed = new byte[32];
        seed[0] = (byte) number;
        return seed;
    }

    private static OrderSigner seeded(int number) {
        return OrderSigner.of(seed(number));
    }

    /** The key of that number, named by one before. */
    private static OrderSigner next(OrderSigner before, List<Permit> links, int number, Instant until) {
        var all = new ArrayList<>(links);
        all.add(before.link(seeded(number), until));
        return OrderSigner.of(seed(number), all);
    }

    @Test
    void refuses_a_retirement_that_was_called_off() {
        var order = new RetireOrder(order(DAY, null), kernel(NEW), DAY, Duration.ofSeconds(1), List.of());
        var permit = signer.permit("job", 3, OrderKind.RETIRE, "n1", now.plusSeconds(60), order);
        var signed = new RetireOrder(order(DAY, permit), kernel(NEW), DAY, Duration.ofSeconds(1), List.of());
        deeds.calledOff = true;
        assertThatThrownBy(() -> agent().retire(signed)).isInstanceOf(ActivityCanceledException.class);
        deeds.calledOff = false;

        assertRefused(NodeFault.STALE_ORDER, "called off", () -> agent().retire(signed));
    }

    @Test
    void a_closing_outdates_no_other_and_goes_on_after_a_failure_unless_it_was_called_off() {
        deeds.failsWith = NodeFault.NO_ANSWER;
        assertThatThrownBy(() -> agent().closeSessions(closing(10, now.plusSeconds(60))));
        assertThatThrownBy(() -> agent().closeSessions(closing(11, now.plusSeconds(60))));
        deeds.failsWith = null;

        agent().closeSessions(closing(10, now.plusSeconds(60)));
        deeds.calledOff = true;
        assertThatThrownBy(() -> agent().closeSessions(closing(11, now.plusSeconds(60))))
                .isInstanceOf(ActivityCanceledException.class);
        deeds.calledOff = false;

        assertRefused(
                NodeFault.STALE_ORDER, "called off", () -> agent().closeSessions(closing(11, now.plusSeconds(60))));
    }

    @Test
    void a_closing_that_was_carried_out_closes_nothing_more_and_says_again_what_it_did() {
        var order = closing(10, now.plusSeconds(60));
        var first = agent().closeSessions(order);

        var again = agent().closeSessions(order);

        assertThat(again).isEqualTo(first);
        assertThat(deeds.closings).isEqualTo(1);
    }

    @Test
    void a_closing_whose_answer_cannot_be_kept_is_answered_all_the_same() throws Exception {
        try (var disk = SmallDisk.at(run.resolve("disk"), 1024)) {
            run = disk.path();
            enrol();
            deeds.meanwhile = () -> {
                disk.makeReadOnly(true);
                return "read-only";
            };

            assertThat(agent().closeSessions(closing(10, now.plusSeconds(60))).closed())
                    .isEqualTo(1);
        }
    }

    @Test
    void closings_that_are_not_good_any_more_are_forgotten() throws IOException {
        var agent = agent();
        for (int step = 1; step <= 250; step++) {
            agent.closeSessions(closing(step, now.plusSeconds(60)));
            now = now.plusSeconds(61);
        }

        assertThat(Files.size(run.resolve("orders.json"))).isLessThan(20_000);
    }

    private CloseOrder closing(int step, Instant good) {
        var bare = new CloseOrder(order(DAY, null), null, 9, Duration.ofSeconds(1));
        var permit = signer.permit("job", step, OrderKind.CLOSE, "n1", good, bare);
        return new CloseOrder(order(DAY, permit), null, 9, Duration.ofSeconds(1));
    }

    @Test
    void refuses_a_kernel_older_than_the_one_it_boots_though_it_is_signed() {
        var order = handOver("n1", 1, OLD, now.plusSeconds(60));

        assertRefused(NodeFault.BELOW_FLOOR, "older_kernels", () -> agent().handOver(order));
        new CheckedOrders(deeds, site(new OrderRules(null, null, null, true, null)), clock, told::add)
                .handOver(handOver("n1", 2, OLD, now.plusSeconds(60)));

        assertThat(deeds.handedOver).containsExactly(OLD);
    }

    @Test
    void keeps_to_the_floors_also_without_signatures() throws IOException {
        Files.delete(run.resolve("enrolment.json"));
        var strict = new CheckedOrders(deeds, site(new OrderRules(true, "24h", "500ms", null, null)), clock, told::add);
        var slow = Duration.ofSeconds(1);

        assertRefused(
                NodeFault.BELOW_FLOOR,
                "least_age_limit = \"24h\"",
                () -> strict.inspect(order(DAY.minusMillis(1), null)));
        assertRefused(
                NodeFault.BELOW_FLOOR,
                "least_age_limit",
                () -> strict.retire(new RetireOrder(order(DAY, null), kernel(NEW), Duration.ZERO, slow, List.of())));
        assertRefused(
                NodeFault.BELOW_FLOOR,
                "least_pace",
                () -> strict.closeSessions(new CloseOrder(order(DAY, null), null, 1, Duration.ofMillis(499))));
        assertThatCode(() -> strict.retire(
                        new RetireOrder(order(DAY, null), kernel(NEW), DAY, Duration.ofMillis(500), List.of())))
                .doesNotThrowAnyException();
    }

    private void assertRefused(
            NodeFault fault, String words, org.assertj.core.api.ThrowableAssert.ThrowingCallable order) {
        var before = List.copyOf(deeds.handedOver);
        told.clear();

        assertThatThrownBy(order)
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure -> assertThat(failure.getType()).isEqualTo(fault.name()))
                .hasMessageContaining(words);

        assertThat(told).extracting(OrderRefusal::fault).containsExactly(fault);
        assertThat(deeds.handedOver).isEqualTo(before);
    }

    private CheckedOrders agent() {
        return new CheckedOrders(deeds, site(OrderRules.DEFAULT), clock, told::add);
    }

    private CheckedOrders.Site site(OrderRules rules) {
        return new CheckedOrders.Site("n1", run, rules, () -> Optional.of(NEW));
    }

    private static NodeOrder order(Duration ageLimit, @Nullable Permit permit) {
        return new NodeOrder("n1", null, ageLimit, 0, permit);
    }

    private static KernelToRun kernel(KernelVersion version) {
        return new KernelToRun(version, version + "-1", List.of());
    }

    private Permit look(int step) {
        return signer.permit("job", step, OrderKind.INSPECT, "n1", now.plusSeconds(60), order(DAY, null));
    }

    private HandOverOrder handOver(String node, int step, KernelVersion version, Instant good) {
        return handOver(signer, node, step, version, good);
    }

    private static HandOverOrder handOver(
            OrderSigner signer, String node, int step, KernelVersion version, Instant good) {
        var bare = new HandOverOrder(new NodeOrder(node, "host"), kernel(version));
        var permit = signer.permit("job", step, OrderKind.HAND_OVER, node, good, bare);
        return new HandOverOrder(new NodeOrder("n1", "host", DAY, 0, permit), kernel(version));
    }

    /** An agent that notes what reaches it. */
    private static final class Deeds implements NodeActivities {
        final List<KernelVersion> handedOver = new ArrayList<>();

        @Nullable RetireOrder retired;

        boolean calledOff;

        @Nullable NodeFault failsWith;

        Callable<String> meanwhile = () -> "nothing";

        int looks;

        int closings;

        @Override
        public NodeState inspect(NodeOrder order) {
            looks++;
            return state();
        }

        @Override
        public NodeState stage(StageOrder order) {
            return state();
        }

        @Override
        public HandOver handOver(HandOverOrder order) {
            interfere();
            handedOver.add(order.kernel().version());
            return new HandOver(state(), true, Instant.EPOCH, List.of());
        }

        @Override
        public NodeState verify(VerifyOrder order) {
            return state();
        }

        @Override
        public Retirement retire(RetireOrder order) {
            if (calledOff) throw new ActivityCanceledException();
            retired = order;
            return new Retirement(
                    state(),
                    new RetireProgress(
                            "n1", 0, 0, 0, new RetireProgress.Doing(0, 0, 0, 0), null, List.of(), List.of()));
        }

        @Override
        public Closed closeSessions(CloseOrder order) {
            interfere();
            if (calledOff) throw new ActivityCanceledException();
            closings++;
            return new Closed(
                    "n1", 9, closings, 1, 7, 3, List.of(new RetireProgress.Closing("c", 2, 1, Instant.EPOCH)));
        }

        private void interfere() {
            try {
                meanwhile.call();
            } catch (Exception impossible) {
                throw new AssertionError(impossible);
            }
            if (failsWith != null) throw failsWith.because("told to fail");
        }

        private static NodeState state() {
            return new NodeState(
                    "n1", "host", 1, Instant.EPOCH, List.of(), null, List.of(), List.of(), 0, List.of(), null, null);
        }
    }
}
