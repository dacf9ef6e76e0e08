package dev.changeover.api.fleet;

import static dev.changeover.audit.AuditEntry.Subject.Kind.KERNEL_VERSION;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Paging;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.campaign.run.BadVersions;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelFile;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kernel catalogue. */
@Controller("/v3/kernel-versions")
@Tag(name = "Kernel versions")
record KernelController(Inventory inventory, BadVersions bad, Clock clock) {
    private static final int MOST_PROXIES = 1000;

    /** The versions of an engine, newest first. */
    @Secured(Permission.MANAGE_KERNELS)
    @Get
    Catalogue kernels(@QueryValue(defaultValue = "haproxy") String engine) {
        return new Catalogue(inventory.kernels(engine).stream().map(Entry::of).toList());
    }

    /** Adds or replaces catalogue entries: all of the file or nothing. */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("kernel.register")
    @Post
    @Consumes({Yaml.TYPE, Yaml.OLD_TYPE, Yaml.TEXT_TYPE, Yaml.JSON})
    Catalogue register(HttpRequest<?> request, @Body String file, @Parameter(hidden = true) Change change) {
        return Yaml.accept(() -> {
            var kernels = inventory.register(() -> {
                var read = KernelFile.read(Yaml.format(request), file, inventory::registered);
                change.about(
                                KERNEL_VERSION,
                                read.stream().map(KernelController::name).toList())
                        .before("lifecycles", lifecycles(known(read)))
                        .after("lifecycles", lifecycles(read))
                        .announce();
                return read;
            });
            bad.look();
            return new Catalogue(kernels.stream().map(Entry::of).toList());
        });
    }

    /**
     * Changes a version's lifecycle or the date on which it expires. Nothing that runs is changed: a version that is not
     * ACTIVE is offered to nobody, and those that run it are told by {@code risk}. For a version that leaves ACTIVE a
     * campaign is planned, which an operator starts.
     */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("kernel.lifecycle")
    @Patch("/{engine}/{version}")
    Entry change(
            @PathVariable String engine,
            @PathVariable String version,
            @Body LifecycleBody body,
            @Parameter(hidden = true) Change change) {
        inventory.register(() -> {
            var kernel = of(inventory.registered(engine), engine, version);
            var changed = body.changed(kernel, clock.instant());
            change.about(KERNEL_VERSION, List.of(name(kernel)))
                    .before("lifecycle", LifecycleBody.words(kernel))
                    .after("lifecycle", LifecycleBody.words(changed))
                    .announce();
            return List.of(changed);
        });
        bad.look();
        return Entry.of(kernel(engine, version));
    }

    /** The proxies that run a version on at least one node, by id (REQUIREMENTS S8). */
    @Secured(Permission.MANAGE_KERNELS)
    @Get("/{engine}/{version}/proxies")
    Running running(
            @PathVariable String engine,
            @PathVariable String version,
            @QueryValue @Nullable String offset,
            @QueryValue @Nullable String limit) {
        var kernel = kernel(engine, version);
        var part = Paging.part(offset, limit, Paging.MOST, MOST_PROXIES);
        var page = inventory.proxiesOn(kernel.engine(), kernel.version(), part.offset(), part.limit());
        return new Running(
                page.total(), page.proxies().stream().map(RunningProxy::of).toList());
    }

    private Kernel kernel(String engine, String version) {
        return of(inventory.kernels(engine), engine, version);
    }

    private static Kernel of(List<Kernel> kernels, String engine, String version) {
        return kernels.stream()
                .filter(kernel -> kernel.version().toString().equals(version)
                        || kernel.version().numbers().equals(version))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("kernel version", engine + " " + version));
    }

    /** Those of them that the catalogue has, as it has them. */
    private List<Kernel> known(List<Kernel> kernels) {
        var versions = kernels.stream().map(KernelController::key).collect(Collectors.toSet());
        return kernels.stream()
                .map(Kernel::engine)
                .distinct()
                .flatMap(engine -> inventory.kernels(engine).stream())
                .filter(kernel -> versions.contains(key(kernel)))
                .toList();
    }

    private static List<String> lifecycles(List<Kernel> kernels) {
        return kernels.stream()
                .map(kernel -> name(kernel) + " " + kernel.lifecycle())
                .toList();
    }

    /** 2.23.06.001 and 2.23.6.1 are one version. */
    private static List<Object> key(Kernel kernel) {
        return List.of(kernel.engine(), kernel.version());
    }

    private static String name(Kernel kernel) {
        return kernel.engine() + " " + kernel.version();
    }

    /** Some of the proxies on a version, and how many there are in all. */
    record Running(int totalCount, List<RunningProxy> proxies) {}

    /** One of them. */
    record RunningProxy(String projectId, String instanceId, String proxyId, String name) {
        static RunningProxy of(Inventory.ProxyOn proxy) {
            return new RunningProxy(proxy.projectId(), proxy.instanceId(), proxy.proxyId(), proxy.name());
        }
    }

    /** Catalogue entries. */
    record Catalogue(List<Entry> kernelVersions) {}

    /**
     * One version.
     *
     * @param reportedVersion what the program says of itself
     * @param lifecycleReason why, for those who run it; empty while ACTIVE
     * @param expiresAt when ACTIVE turns into EXPIRED by itself; null for never
     */
    record Entry(
            String engine,
            String version,
            String lifecycle,
            String lifecycleReason,
            String reportedVersion,
            String releaseNotes,
            @Nullable String expiresAt,
            List<Kernel.KernelPackage> packages) {

        static Entry of(Kernel kernel) {
            return new Entry(
                    kernel.engine(),
                    kernel.version().toString(),
                    kernel.lifecycle().name(),
                    kernel.lifecycleReason(),
                    kernel.reportedVersion(),
                    kernel.releaseNotes(),
                    Times.ofNullable(kernel.expiresAt()),
                    kernel.packages());
        }
    }
}
