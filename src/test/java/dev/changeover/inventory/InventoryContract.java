package dev.changeover.inventory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.database.Sql;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.inventory.Inventory.InstanceEntry;
import dev.changeover.inventory.Inventory.InstancePage;
import dev.changeover.inventory.Inventory.Observation;
import dev.changeover.inventory.Kernel.KernelPackage;
import dev.changeover.inventory.Kernel.Lifecycle;
import dev.changeover.node.NodeState;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The inventory's promises on every database. Each test has a fleet with names of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InventoryContract {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final MaintenanceWindow NIGHT = MaintenanceWindow.of("22:00-02:00 America/Argentina/ComodRivadavia");
    private static final KernelVersion OLD = KernelVersion.of("2.3.9.8");
    private static final KernelVersion NEW = KernelVersion.of("2.22.07.000");

    private ApplicationContext context;
    private Inventory inventory;

    abstract ApplicationContext database();

    @BeforeAll
    void open() {
        context = database();
        inventory = context.getBean(Inventory.class);
    }

    @AfterAll
    void close() {
        context.close();
    }

    @Test
    void gives_back_a_fleet_as_it_was_registered() {
        var proxy = cluster("b", "a", "c");
        var fleet = fleet(proxy);

        inventory.register(fleet);

        var instance = fleet.instances().getFirst();
        assertThat(inventory.projects()).containsAll(fleet.projects());
        assertThat(inventory.project(instance.projectId()))
                .isEqualTo(fleet.projects().stream().findFirst());
        assertThat(inventory.instances(Instance.Query.all(instance.projectId(), 0, 9)))
                .isEqualTo(new InstancePage(1, List.of(new InstanceEntry(instance, List.of(proxy)))));
        assertThat(inventory.instances(List.of(instance.id(), "none"))).containsExactly(instance);
        assertThat(inventory.instance(instance.id())).contains(instance);
        assertThat(inventory.proxiesOf(instance.id())).containsExactly(proxy);
        assertThat(inventory.proxy(proxy.id())).contains(proxy);
        assertThat(node(proxy.nodes().get(1).id())).contains(proxy.nodes().get(1));
    }

    @Test
    void a_part_of_a_projects_instances_comes_with_their_proxies_and_the_number_of_all() {
        var project = new Project("project " + UUID.randomUUID(), "Shop", "eu-de");
        var proxies = Stream.generate(() -> cluster("a", "b"))
                .limit(5)
                .sorted(Comparator.comparing(Proxy::instanceId))
                .toList();
        var instances = Stream.concat(proxies.stream().map(Proxy::instanceId), Stream.of("z" + UUID.randomUUID()))
                .map(id -> new Instance(id, project.id(), "shop", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT))
                .toList();
        inventory.register(new Fleet(List.of(project), instances, proxies));

        var part = inventory.instances(Instance.Query.all(project.id(), 2, 2));
        var last = inventory.instances(Instance.Query.all(project.id(), 5, 2));

        assertThat(part.total()).isEqualTo(6);
        assertThat(part.entries()).flatExtracting(InstanceEntry::proxies).isEqualTo(proxies.subList(2, 4));
        assertThat(last.entries()).containsExactly(new InstanceEntry(instances.getLast(), List.of()));
    }

    @Test
    void finds_instances_by_id_and_by_name_in_their_own_project_only() {
        var fleet = fleet(cluster("a", "b"));
        inventory.register(fleet);
        inventory.register(fleet(cluster("c", "d")));
        var instance = fleet.instances().getFirst();
        var project = instance.projectId();

        var byId = inventory.instances(new Instance.Query(project, instance.id(), null, 0, 9));
        var byBoth = inventory.instances(new Instance.Query(project, instance.id(), instance.name(), 0, 9));
        var otherName = inventory.instances(new Instance.Query(project, null, "not " + instance.name(), 0, 9));
        var otherProject = inventory.instances(new Instance.Query("not " + project, instance.id(), null, 0, 9));

        assertThat(byId.entries()).extracting(InstanceEntry::instance).containsExactly(instance);
        assertThat(byBoth).isEqualTo(byId);
        assertThat(otherName).isEqualTo(new InstancePage(0, List.of()));
        assertThat(otherProject).isEqualTo(new InstancePage(0, List.of()));
    }

    @Test
    void names_proxies_with_an_agent_that_goes_by_another_key_and_no_more_than_asked_for() {
        var proxies = Stream.generate(() -> cluster("a", "b")).limit(5).toList();
        proxies.forEach(proxy -> inventory.register(fleet(proxy)));
        proxies.subList(0, 4).forEach(proxy -> proxy.nodes().forEach(node -> inventory.goesBy(node.id(), "former")));
        inventory.goesBy(proxies.getFirst().nodes().getFirst().id(), "present");
        inventory.goesBy(proxies.getLast().nodes().getFirst().id(), "present");

        assertThat(inventory.proxiesByAnotherKey("present", 10))
                .containsExactlyInAnyOrderElementsOf(
                        proxies.stream().limit(4).map(Proxy::id).toList());
        assertThat(inventory.proxiesByAnotherKey("present", 3)).hasSize(3).doesNotHaveDuplicates();

        context.getBean(Sql.class)
                .change(
                        "update node set silent_since = ? where proxy_id = ?",
                        Instant.EPOCH,
                        proxies.get(1).id());

        assertThat(inventory.proxiesByAnotherKey("present", 10))
                .describedAs("nobody asks again and again who is silent")
                .doesNotContain(proxies.get(1).id())
                .hasSize(3);
    }

    @Test
    void knows_nothing_that_was_not_registered() {
        assertThat(inventory.project("none")).isEmpty();
        assertThat(inventory.instances(Instance.Query.all("none", 0, 9))).isEqualTo(new InstancePage(0, List.of()));
        assertThat(inventory.instances(List.of("none"))).isEmpty();
        assertThat(inventory.instances(List.of())).isEmpty();
        assertThat(inventory.instance("none")).isEmpty();
        assertThat(inventory.proxiesOf("none")).isEmpty();
        assertThat(inventory.proxy("none")).isEmpty();
        assertThat(node("none")).isEmpty();
        assertThat(inventory.kernels("none")).isEmpty();
    }

    @Test
    void a_repeated_registration_keeps_what_was_seen_on_nodes_and_the_status() {
        var proxy = registered(cluster("a", "b"));
        var node = proxy.nodes().getFirst();
        inventory.observed(seen(node, NEW, "host-1", NOON));
        inventory.mark(proxy.id(), Proxy.Status.ABNORMAL);

        inventory.register(fleet(proxy));

        assertThat(node(node.id()))
                .get()
                .extracting(Node::version, Node::machineId)
                .containsExactly(NEW, "host-1");
        assertThat(inventory.proxy(proxy.id())).get().extracting(Proxy::status).isEqualTo(Proxy.Status.ABNORMAL);
    }

    @Test
    void every_instance_has_a_window_from_the_start_and_its_owner_can_change_it() {
        var instance = registered(cluster("a", "b")).instanceId();
        assertThat(window(instance)).isEqualTo(MaintenanceWindow.DEFAULT);

        inventory.setWindow(instance, NIGHT);

        assertThat(window(instance)).isEqualTo(NIGHT);
    }

    @Test
    void a_registration_without_a_window_keeps_the_one_that_an_owner_has_set() {
        var proxy = registered(cluster("a", "b"));
        inventory.setWindow(proxy.instanceId(), NIGHT);

        inventory.register(fleet(proxy));

        assertThat(window(proxy.instanceId())).isEqualTo(NIGHT);
    }

    @Test
    void a_registration_with_a_window_sets_it_whether_or_not_the_instance_exists() {
        var proxy = cluster("a", "b");

        inventory.register(withWindow(proxy, NIGHT));
        assertThat(window(proxy.instanceId())).isEqualTo(NIGHT);

        inventory.register(withWindow(proxy, MaintenanceWindow.DEFAULT));
        assertThat(window(proxy.instanceId())).isEqualTo(MaintenanceWindow.DEFAULT);
    }

    @Test
    void a_registration_without_a_status_keeps_the_one_that_there_is() {
        var proxy = cluster("a", "b");

        inventory.register(withStatus(proxy, Instance.Status.FROZEN, true));
        assertThat(status(proxy.instanceId())).isEqualTo(Instance.Status.FROZEN);

        inventory.register(withStatus(proxy, Instance.Status.NORMAL, false));
        assertThat(status(proxy.instanceId())).isEqualTo(Instance.Status.FROZEN);

        inventory.register(withStatus(proxy, Instance.Status.NORMAL, true));
        assertThat(status(proxy.instanceId())).isEqualTo(Instance.Status.NORMAL);
    }

    private Instance.Status status(String instanceId) {
        return inventory.instance(instanceId).orElseThrow().status();
    }

    private static Fleet withStatus(Proxy proxy, Instance.Status status, boolean said) {
        var plain = fleet(proxy);
        var was = plain.instances().getFirst();
        return new Fleet(
                plain.projects(),
                List.of(new Instance(was.id(), was.projectId(), was.name(), status, MaintenanceWindow.DEFAULT)),
                plain.proxies(),
                said ? Set.of(was.id()) : Set.of(),
                Set.of(),
                List.of(),
                Map.of());
    }

    private MaintenanceWindow window(String instanceId) {
        return inventory.instance(instanceId).orElseThrow().window();
    }

    private static Fleet withWindow(Proxy proxy, MaintenanceWindow window) {
        var plain = fleet(proxy);
        var was = plain.instances().getFirst();
        var instance = new Instance(was.id(), was.projectId(), was.name(), was.status(), window);
        return new Fleet(
                plain.projects(),
                List.of(instance),
                plain.proxies(),
                Set.of(),
                Set.of(instance.id()),
                List.of(),
                Map.of());
    }

    @Test
    void a_fleet_chooses_the_rings_that_it_names_and_leaves_the_others() {
        var rings = context.getBean(Rings.class);
        var proxy = registered(cluster("a", "b"));
        var plain = fleet(proxy);
        var early = Map.of(proxy.instanceId(), Ring.EARLY);

        inventory.register(
                new Fleet(plain.projects(), plain.instances(), plain.proxies(), Set.of(), Set.of(), List.of(), early));
        inventory.register(plain);

        assertThat(rings.of(proxy.instanceId())).isEqualTo(Ring.EARLY);
    }

    @Test
    void nodes_that_a_proxy_no_longer_has_are_removed() {
        var proxy = registered(cluster("a", "b", "c"));
        var smaller = proxy.with(List.of(proxy.nodes().get(2), proxy.nodes().get(0)));

        inventory.register(fleet(smaller));

        assertThat(inventory.proxy(proxy.id())).contains(smaller);
        assertThat(node(proxy.nodes().get(1).id())).isEmpty();
    }

    @Test
    void a_fleet_with_one_wrong_thing_changes_nothing_at_all() {
        var proxy = registered(cluster("a", "b"));
        var good = cluster("x", "y");
        var thief = good.with(List.of(
                good.nodes().getFirst(),
                nodeOf(good.id(), proxy.nodes().getFirst().id())));

        assertThatThrownBy(() -> inventory.register(fleet(thief)))
                .isInstanceOf(Inventory.Contradiction.class)
                .hasMessageContaining(proxy.nodes().getFirst().id())
                .hasMessageContaining(good.id());

        assertThat(inventory.proxy(good.id())).isEmpty();
        assertThat(node(good.nodes().getFirst().id())).isEmpty();
        assertThat(inventory.instance(good.instanceId())).isEmpty();
        assertThat(inventory.proxy(proxy.id())).contains(proxy);
    }

    @Test
    void refuses_a_proxy_of_an_instance_that_does_not_exist() {
        var proxy = cluster("a", "b");

        assertThatThrownBy(() -> inventory.register(new Fleet(List.of(), List.of(), List.of(proxy))))
                .isInstanceOf(Inventory.Contradiction.class)
                .hasMessage("instance '%s' does not exist", proxy.instanceId());
    }

    @Test
    void refuses_a_proxy_that_belongs_to_another_instance() {
        var proxy = registered(cluster("a", "b"));
        var moved = new Proxy(
                proxy.id(),
                "i-" + UUID.randomUUID(),
                proxy.name(),
                proxy.address(),
                proxy.port(),
                proxy.mode(),
                proxy.engine(),
                proxy.status(),
                proxy.nodes());

        assertThatThrownBy(() -> inventory.register(fleet(moved)))
                .isInstanceOf(Inventory.Contradiction.class)
                .hasMessageContaining(moved.instanceId());
    }

    @Test
    void refuses_to_change_a_proxy_that_is_being_upgraded_but_not_to_repeat_it() {
        var proxy = registered(cluster("a", "b", "c"));
        inventory.mark(proxy.id(), Proxy.Status.UPGRADING);
        inventory.observed(seen(proxy.nodes().getFirst(), NEW, "host-1", NOON));

        inventory.register(fleet(proxy));

        assertThatThrownBy(
                        () -> inventory.register(fleet(proxy.with(proxy.nodes().subList(0, 2)))))
                .isInstanceOf(Inventory.ProxyBusy.class)
                .hasMessageContaining(proxy.id());
        assertThat(inventory.proxy(proxy.id()))
                .get()
                .extracting(p -> p.nodes().size())
                .isEqualTo(3);
    }

    @Test
    void a_node_may_move_between_proxies_of_one_fleet() {
        var giver = registered(cluster("a", "b", "c"));
        var moving = giver.nodes().getFirst();
        var taker = cluster("x");
        var grown = taker.with(List.of(taker.nodes().getFirst(), nodeOf(taker.id(), moving.id())));
        var both = new Fleet(
                Stream.of(giver, grown)
                        .flatMap(p -> fleet(p).projects().stream())
                        .toList(),
                Stream.of(giver, grown)
                        .flatMap(p -> fleet(p).instances().stream())
                        .toList(),
                List.of(grown, giver.with(giver.nodes().subList(1, 3))));

        inventory.register(both);

        assertThat(node(moving.id())).get().extracting(Node::proxyId).isEqualTo(taker.id());
        assertThat(inventory.proxy(giver.id()))
                .get()
                .extracting(p -> p.nodes().size())
                .isEqualTo(2);
    }

    @Test
    void an_older_observation_changes_nothing() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, NEW, "host-1", NOON));

        inventory.observed(seen(node, OLD, "host-1", NOON.minusMillis(1)));

        assertThat(node(node.id())).contains(afterSeeing(node, NEW, "host-1", NOON));
    }

    @Test
    void what_one_process_of_an_agent_saw_later_counts_whenever_it_was_heard() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, OLD, NOON, new Look(7, 2)));

        inventory.observed(seen(node, NEW, NOON.minusSeconds(9), new Look(7, 3)));
        inventory.observed(seen(node, OLD, NOON.plusSeconds(9), new Look(7, 2)));

        assertThat(node(node.id())).contains(afterSeeing(node, NEW, "host-1", NOON.minusSeconds(9)));
    }

    @Test
    void what_the_control_plane_asked_for_counts_whatever_number_was_told_before() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, NEW, NOON, new Look(7, 4_000_000_000_000_000_000L)));

        inventory.observed(seen(node, OLD, NOON.plusSeconds(2), new Look(7, 3).asked(NOON.plusSeconds(1))));

        assertThat(node(node.id())).contains(afterSeeing(node, OLD, "host-1", NOON.plusSeconds(2)));
    }

    /** Anybody who reaches Temporal can tell a number that the agent never comes to. */
    @Test
    void what_an_agent_tells_by_itself_counts_a_minute_later_whatever_number_was_told_before() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, NEW, NOON, new Look(7, 4_000_000_000_000_000_000L)));

        inventory.observed(seen(node, OLD, NOON.plusSeconds(59), told(NOON.plusSeconds(59))));
        assertThat(node(node.id())).contains(afterSeeing(node, NEW, "host-1", NOON));
        inventory.observed(seen(node, OLD, NOON.plusSeconds(61), told(NOON.plusSeconds(61))));

        assertThat(node(node.id())).contains(afterSeeing(node, OLD, "host-1", NOON.plusSeconds(61)));
    }

    private static Look told(Instant at) {
        var look = new Look(7, 3);
        return requireNonNull(
                new NodeState("a", "host-1", 1, at, List.of(), null, List.of(), List.of(), 0, List.of(), look, null)
                        .told(at)
                        .look());
    }

    @Test
    void what_was_seen_later_than_the_answer_counts_if_it_was_told_after_the_question() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, NEW, NOON, new Look(7, 4)));

        inventory.observed(seen(node, OLD, NOON.plusSeconds(9), new Look(7, 3).asked(NOON.minusSeconds(1))));

        assertThat(node(node.id())).contains(afterSeeing(node, NEW, "host-1", NOON));
    }

    @Test
    void what_an_agent_saw_after_a_restart_counts_by_when_it_was_heard() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, OLD, NOON, new Look(7, 2)));

        inventory.observed(seen(node, NEW, NOON.plusSeconds(1), new Look(-8, 1)));
        inventory.observed(seen(node, OLD, NOON, new Look(7, 3)));

        assertThat(node(node.id())).contains(afterSeeing(node, NEW, "host-1", NOON.plusSeconds(1)));
    }

    private static Observation seen(Node node, KernelVersion version, Instant at, Look look) {
        return new Observation(node.id(), version, Node.Status.ABNORMAL, "host-1", 7, at, look, NodeFacts.NONE);
    }

    @Test
    void a_row_from_the_future_does_not_stay_until_then() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, OLD, "host-1", Instant.now().plus(Duration.ofDays(1))));

        inventory.observed(seen(node, NEW, "host-1", NOON));

        assertThat(node(node.id())).contains(afterSeeing(node, NEW, "host-1", NOON));
    }

    @Test
    void a_newer_observation_without_an_answer_keeps_version_and_host() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, NEW, "host-1", NOON));

        inventory.observed(seen(node, null, null, NOON.plusSeconds(1)));

        assertThat(node(node.id())).contains(afterSeeing(node, NEW, "host-1", NOON.plusSeconds(1)));
    }

    @Test
    void an_observation_from_another_host_changes_nothing() {
        var node = registered(cluster("a", "b")).nodes().getFirst();
        inventory.observed(seen(node, NEW, "host-1", NOON));

        inventory.observed(seen(node, OLD, "host-2", NOON.plusSeconds(1)));

        assertThat(node(node.id())).contains(afterSeeing(node, NEW, "host-1", NOON));
    }

    @Test
    void the_catalogue_lists_the_newest_first_number_by_number() {
        var nine = kernel("2.3.9.8", pack("aarch64"), pack("amd64"));
        var ten = kernel("2.22.07.000");
        var eleven = kernel("2.22.11.000", pack("amd64"));

        inventory.register(List.of(ten, nine, eleven));

        assertThat(inventory.kernels("haproxy")).containsSubsequence(eleven, ten, nine);
    }

    @Test
    void two_engines_of_one_driver_have_a_catalogue_each() {
        var ours = new Kernel(
                "taurusproxy",
                KernelVersion.of("2.23.6.1"),
                Kernel.Lifecycle.ACTIVE,
                "",
                "taurus 2.23",
                "",
                null,
                List.of());

        inventory.register(List.of(ours));

        assertThat(inventory.kernels("taurusproxy")).containsExactly(ours);
        assertThat(inventory.kernels("haproxy")).doesNotContain(ours);
    }

    @Test
    void a_version_in_another_spelling_replaces_the_entry_and_its_packages() {
        inventory.register(List.of(kernel("3.23.06.001", pack("amd64"))));
        var respelled = kernel("3.23.6.1", pack("aarch64"));

        inventory.register(List.of(respelled));

        assertThat(inventory.kernels("haproxy").stream().filter(k -> k.version().equals(respelled.version())))
                .containsExactly(respelled)
                .allMatch(kernel -> kernel.version().toString().equals("3.23.6.1"));
    }

    @Test
    void of_two_who_change_an_entry_at_once_neither_undoes_the_other() throws Exception {
        var entry = kernel("5.0.0.1");
        inventory.register(List.of(entry));
        var bothRead = new CountDownLatch(2);

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reason = threads.submit(
                    () -> change(entry, bothRead, was -> was.with(Lifecycle.DEFECTIVE, "it leaks", was.expiresAt())));
            var expiry = threads.submit(
                    () -> change(entry, bothRead, was -> was.with(was.lifecycle(), was.lifecycleReason(), NOON)));
            reason.get();
            expiry.get();
        }

        assertThat(entry(entry)).isEqualTo(entry.with(Lifecycle.DEFECTIVE, "it leaks", NOON));
    }

    @ParameterizedTest
    @CsvSource({"first, first", "first, second"})
    void of_two_who_bring_the_first_entries_at_once_the_second_finds_what_the_first_has_brought(
            String one, String other) throws Exception {
        context.getBean(Sql.class).change("delete from kernel");
        var versions = Map.of("first", "6.0.0.1", "second", "6.0.0.2");
        var bothRead = new CountDownLatch(2);

        List<Future<Optional<Kernel>>> brought;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            brought = Stream.of(one, other)
                    .map(each -> kernel(versions.getOrDefault(each, ""), "alike"))
                    .map(kernel -> threads.submit(() -> bring(kernel, bothRead)))
                    .toList();
        }

        if (one.equals(other)) {
            assertThat(List.of(brought.getFirst().get(), brought.getLast().get()))
                    .as("what each has found")
                    .filteredOn(Optional::isPresent)
                    .hasSize(1);
        } else {
            assertThat(brought)
                    .filteredOn(each -> each.state() == Future.State.FAILED)
                    .singleElement()
                    .extracting(Future::exceptionNow)
                    .isInstanceOf(Inventory.Contradiction.class);
        }
    }

    private Optional<Kernel> bring(Kernel kernel, CountDownLatch bothRead) {
        var found = new ArrayList<Kernel>();
        inventory.register(() -> {
            inventory.registered(kernel.engine()).stream()
                    .filter(known -> known.version().equals(kernel.version()))
                    .forEach(found::add);
            awaitShortly(bothRead);
            return List.of(kernel);
        });
        return found.stream().findFirst();
    }

    private static Kernel kernel(String version, String reported) {
        return new Kernel(
                "haproxy", KernelVersion.of(version), Lifecycle.ACTIVE, "", reported, "", null, List.of(pack("amd64")));
    }

    private static void awaitShortly(CountDownLatch bothRead) {
        bothRead.countDown();
        try {
            bothRead.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Gives the other one the time to read it too, unless that has to wait. */
    private List<Kernel> change(Kernel entry, CountDownLatch bothRead, UnaryOperator<Kernel> changing) {
        return inventory.register(() -> {
            var was = entry(entry);
            awaitShortly(bothRead);
            return List.of(changing.apply(was));
        });
    }

    private Kernel entry(Kernel like) {
        return inventory.registered(like.engine()).stream()
                .filter(known -> known.version().equals(like.version()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void refuses_a_reported_version_that_another_entry_has_and_keeps_nothing_of_the_file() {
        var one = kernel("4.0.0.1");
        inventory.register(List.of(one));
        var copy = new Kernel(
                "haproxy",
                KernelVersion.of("4.0.0.3"),
                Lifecycle.ACTIVE,
                "",
                one.reportedVersion(),
                "",
                null,
                List.of());

        assertThatThrownBy(() -> inventory.register(List.of(kernel("4.0.0.2"), copy)))
                .isInstanceOf(Inventory.Contradiction.class)
                .hasMessageContaining("haproxy 4.0.0.1");

        assertThat(inventory.kernels("haproxy"))
                .extracting(Kernel::version)
                .contains(one.version())
                .doesNotContain(KernelVersion.of("4.0.0.2"));
    }

    @Test
    void takes_the_samples_and_takes_them_again() throws IOException {
        for (int time = 0; time < 2; time++) {
            inventory.register(KernelFile.read(FileFormat.YAML, sample("kernels.yaml"), inventory::kernels));
            inventory.register(FleetFile.read(sample("fleet.yaml")));
        }

        assertThat(inventory.kernels("sandbox")).hasSize(19);
        assertThat(inventory.kernels("sandbox").getFirst().version()).hasToString("2.25.06.000");
        assertThat(inventory.kernels("sandbox").getLast().version()).hasToString("2.3.9.7");
        assertThat(inventory.proxy("sample-catalog-proxy"))
                .contains(FleetFile.read(sample("fleet.yaml")).proxies().getLast());
    }

    private static String sample(String name) throws IOException {
        try (var file = Inventory.class.getResourceAsStream("/samples/" + name)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Proxy registered(Proxy proxy) {
        inventory.register(fleet(proxy));
        return proxy;
    }

    private static Fleet fleet(Proxy proxy) {
        var project = new Project("project of " + proxy.instanceId(), "Shop", "eu-de");
        var instance = new Instance(
                proxy.instanceId(), project.id(), "shop", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT);
        return new Fleet(List.of(project), List.of(instance), List.of(proxy));
    }

    private static Proxy cluster(String... nodes) {
        var id = "p-" + UUID.randomUUID();
        return new Proxy(
                id,
                "i-" + UUID.randomUUID(),
                "shop proxy",
                "127.0.0.1",
                3306,
                Proxy.Mode.CLUSTER,
                "haproxy",
                Proxy.Status.NORMAL,
                List.of(nodes).stream().map(name -> nodeOf(id, name + id)).toList());
    }

    @Test
    void a_node_is_not_normal_before_an_agent_has_answered_for_it() {
        var proxy = cluster("never", "asked");
        inventory.register(fleet(proxy));
        var node = proxy.nodes().getFirst();
        assertThat(node(node.id()).orElseThrow().status()).isEqualTo(Node.Status.UNSEEN);

        inventory.observed(new Observation(node.id(), OLD, Node.Status.NORMAL, "host", 0, NOON, null, NodeFacts.NONE));

        assertThat(node(node.id()).orElseThrow().status()).isEqualTo(Node.Status.NORMAL);
    }

    @Test
    void what_runs_on_a_node_gets_an_entry_without_packages_unless_the_catalogue_knows_it() {
        var proxy = cluster("adopted", "from a distribution");
        inventory.register(fleet(proxy));
        var node = proxy.nodes().getFirst().id();
        var known = kernel("7.1.1.1", pack("amd64"));
        inventory.register(List.of(known));

        inventory.runs(node, KernelVersion.of("7.6.12.3"), "7.6.12-1+deb12u3");
        inventory.runs(node, KernelVersion.of("7.6.12.3"), "7.6.12-1+deb12u3");
        inventory.runs(node, KernelVersion.of("7.1.1.1"), "says something else");
        inventory.runs(node, KernelVersion.of("7.9.9.9"), known.reportedVersion());
        inventory.runs("no such node", KernelVersion.of("7.8.8.8"), "nobody's");

        assertThat(inventory.kernels(proxy.engine()))
                .filteredOn(kernel -> kernel.version().toString().startsWith("7."))
                .satisfiesExactly(
                        adopted -> {
                            assertThat(adopted.version()).hasToString("7.6.12.3");
                            assertThat(adopted.reportedVersion()).isEqualTo("7.6.12-1+deb12u3");
                            assertThat(adopted.packages()).isEmpty();
                        },
                        kept -> assertThat(kept).isEqualTo(known));
    }

    /** Whoever reaches Temporal can tell of a node what is not so. */
    @Test
    void an_import_takes_the_reported_version_from_what_was_only_told_of_a_node() {
        var proxy = cluster("liar", "other");
        inventory.register(fleet(proxy));
        var node = proxy.nodes().getFirst();
        var real = kernel("8.0.4.0", pack("amd64"));
        inventory.observed(seen(node, KernelVersion.of("8.0.0.9"), "host-1", NOON));
        inventory.runs(node.id(), KernelVersion.of("8.0.0.9"), real.reportedVersion());

        inventory.register(List.of(real));

        assertThat(inventory.registered(proxy.engine()))
                .filteredOn(kernel -> kernel.version().toString().startsWith("8.0."))
                .containsExactly(real);
    }

    @Test
    void of_what_was_only_told_of_nodes_the_catalogue_keeps_what_they_run_still() {
        var proxy = cluster("liar", "honest");
        inventory.register(fleet(proxy));
        runs(proxy.nodes().getLast(), "9.0.0.0", 1);

        for (int i = 1; i < 5; i++) runs(proxy.nodes().getFirst(), "9.0.0." + i, i);

        assertThat(inventory.registered(proxy.engine()))
                .filteredOn(kernel -> kernel.version().toString().startsWith("9.0."))
                .extracting(kernel -> kernel.version().toString())
                .containsExactly("9.0.0.4", "9.0.0.0");
    }

    private void runs(Node node, String version, int second) {
        inventory.observed(seen(node, KernelVersion.of(version), "host " + node.id(), NOON.plusSeconds(second)));
        inventory.runs(node.id(), KernelVersion.of(version), "says " + version);
    }

    private static Node nodeOf(String proxyId, String id) {
        return new Node(
                id,
                proxyId,
                "node " + id,
                Node.Role.STANDBY,
                "az1",
                "node:" + id,
                OLD,
                Node.Status.NORMAL,
                null,
                null,
                0);
    }

    private static Observation seen(
            Node node, @Nullable KernelVersion version, @Nullable String machineId, Instant at) {
        return new Observation(node.id(), version, Node.Status.ABNORMAL, machineId, 7, at, null, NodeFacts.NONE);
    }

    private static Node afterSeeing(Node n, KernelVersion version, String machineId, Instant at) {
        return new Node(
                n.id(),
                n.proxyId(),
                n.name(),
                n.role(),
                n.azCode(),
                n.taskQueue(),
                version,
                Node.Status.ABNORMAL,
                machineId,
                at,
                7);
    }

    private static Kernel kernel(String version, KernelPackage... packages) {
        return new Kernel(
                "haproxy",
                KernelVersion.of(version),
                Lifecycle.ACTIVE,
                "",
                "program " + version,
                "faster",
                Instant.parse("2126-03-01T12:00:00Z"),
                List.of(packages));
    }

    private static KernelPackage pack(String arch) {
        return new KernelPackage(arch, "https://packages.example/" + arch, "a".repeat(64));
    }

    private Optional<Node> node(String id) {
        return inventory.projects().stream()
                .flatMap(project -> inventory.instances(Instance.Query.all(project.id(), 0, 100)).entries().stream())
                .flatMap(entry -> entry.proxies().stream())
                .flatMap(proxy -> proxy.nodes().stream())
                .filter(node -> node.id().equals(id))
                .findFirst();
    }
}
