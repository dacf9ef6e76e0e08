package dev.changeover.upgrade.engine;

import static java.util.Objects.requireNonNull;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Node;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.OrderKind;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.Span;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.upgrade.Precheck;
import dev.changeover.upgrade.UpgradeActivities.Wanted;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.window.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Composes the orders of one upgrade from what the REST interface wrote down, and from the inventory and the catalogue as
 * they are when orders are signed.
 *
 * @param facts without any of the nodes' own word
 */
record OrderContent(Mandate mandate, Precheck.Facts facts) {
    /** As many as a retirement can last days. */
    private static final int OPENINGS = 60;

    /** A look is begun at once or not at all. */
    static final Duration LOOK = Duration.ofMinutes(10);

    /** Five attempts, each with the time that an agent may take to pick it up, and what its step takes. */
    private static final int ATTEMPTS = OrderKind.HAND_OVER.attempts();

    private static final Duration STEP = Duration.ofMinutes(10);
    private static final Duration STAGE = Duration.ofMinutes(65);
    private static final Duration RETIRE = Duration.ofDays(60);

    static OrderContent of(Inventory inventory, Mandate mandate) {
        var proxy = inventory.proxy(mandate.request().proxyId()).orElseThrow();
        var instance = inventory.instance(proxy.instanceId()).orElseThrow();
        return new OrderContent(
                mandate, new Precheck.Facts(instance, proxy, inventory.kernels(proxy.engine()), List.of()));
    }

    /** Empty when the proxy has none of that id. */
    Optional<Node> node(String nodeId) {
        return facts.proxy().nodes().stream()
                .filter(node -> node.id().equals(nodeId))
                .findFirst();
    }

    Record order(Wanted wanted, Node node, Instant now) {
        var settings = mandate.request().settings();
        var to = order(node, settings, wanted.generation());
        return switch (wanted.kind()) {
            case INSPECT -> to;
            case STAGE -> new StageOrder(to, kernel(kernel(wanted)));
            case HAND_OVER -> new HandOverOrder(to, kernel(kernel(wanted)));
            case WATCH -> new VerifyOrder(to, kernel(kernel(wanted)), settings.soak(), false);
            case VERIFY -> new VerifyOrder(to, kernel(kernel(wanted)), Duration.ZERO, true);
            case RETIRE ->
                new RetireOrder(
                        to,
                        kernel(kernel(wanted)),
                        settings.ageLimit(),
                        settings.pace(),
                        mandate.request().scheduled() ? openings(now) : List.of());
            case CLOSE -> {
                var closing = requireNonNull(wanted.closing());
                yield new CloseOrder(to, closing.session(), closing.confirmed(), settings.pace(), closing.id());
            }
        };
    }

    static NodeOrder order(Node node, UpgradeSettings settings, int generation) {
        return new NodeOrder(node.id(), node.machineId(), settings.ageLimit(), generation, null);
    }

    /** The target, or what takes its place where it was withdrawn before a scheduled upgrade began (REQUIREMENTS S22). */
    private Kernel kernel(Wanted wanted) {
        var request = mandate.request();
        var newest = facts.target().map(Kernel::version);
        return facts.catalogue().stream()
                .filter(kernel -> kernel.version().equals(wanted.version()))
                .filter(kernel -> kernel.version().equals(request.target())
                        || request.scheduled()
                                && request.target().isOlderThan(kernel.version())
                                && (isAfterwards(wanted.kind())
                                        || newest.filter(kernel.version()::equals)
                                                .isPresent()))
                .findFirst()
                .orElseThrow(() -> OrderAuthority.notInstructed(
                        "job %s is not for kernel %s".formatted(request.jobId(), wanted.version())));
    }

    private static boolean isAfterwards(OrderKind kind) {
        return kind == OrderKind.WATCH || kind == OrderKind.RETIRE || kind == OrderKind.VERIFY;
    }

    private List<Span> openings(Instant now) {
        var window = mandate.windowNow();
        return Stream.concat(window.current(now).stream(), window.next(now, OPENINGS).stream())
                .distinct()
                .limit(OPENINGS)
                .map((Opening opening) -> new Span(opening.opens(), opening.closes()))
                .toList();
    }

    static Duration goodFor(Wanted wanted, UpgradeSettings settings) {
        var steps = settings.agentPickupTimeout().plus(STEP).multipliedBy(ATTEMPTS);
        return switch (wanted.kind()) {
            case INSPECT -> LOOK;
            case STAGE -> settings.agentPickupTimeout().plus(STAGE).multipliedBy(ATTEMPTS);
            case HAND_OVER, VERIFY -> steps;
            // Signed together with the handover before it.
            case WATCH -> steps.plus(steps).plus(settings.soak().multipliedBy(ATTEMPTS));
            case RETIRE -> RETIRE;
            case CLOSE ->
                steps.plus(settings.pace()
                        .multipliedBy(requireNonNull(wanted.closing()).confirmed())
                        .multipliedBy(ATTEMPTS));
        };
    }

    static KernelToRun kernel(Kernel target) {
        return new KernelToRun(
                target.version(),
                target.reportedVersion(),
                target.packages().stream()
                        .map(from -> new KernelToRun.Source(from.arch(), from.url(), from.sha256()))
                        .toList());
    }
}
