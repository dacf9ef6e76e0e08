package dev.changeover.api.fleet;

import static dev.changeover.audit.AuditEntry.Subject.Kind.KERNEL_VERSION;

import dev.changeover.access.Permission;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelFile;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kernel catalogue. */
@Controller("/v3/kernel-versions")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Kernel versions")
class KernelController {
    private final Inventory inventory;

    KernelController(Inventory inventory) {
        this.inventory = inventory;
    }

    /** The versions of an engine, newest first. */
    @Secured(Permission.MANAGE_KERNELS)
    @Get
    Catalogue kernels(@QueryValue(defaultValue = "haproxy") String engine) {
        return new Catalogue(inventory.kernels(engine).stream().map(Entry::of).toList());
    }

    /** Adds or replaces catalogue entries: all of the file or nothing. JSON is YAML too. */
    @Secured(Permission.MANAGE_KERNELS)
    @Action("kernel.register")
    @Post
    @Consumes({Yaml.TYPE, Yaml.OLD_TYPE, Yaml.TEXT_TYPE, Yaml.JSON})
    Catalogue register(@Body String file, @Parameter(hidden = true) Change change) {
        return Yaml.accept(() -> {
            var kernels = KernelFile.read(file);
            change.about(
                            KERNEL_VERSION,
                            kernels.stream().map(KernelController::name).toList())
                    .before("lifecycles", lifecycles(known(kernels)))
                    .after("lifecycles", lifecycles(kernels))
                    .announce();
            inventory.register(kernels);
            return new Catalogue(kernels.stream().map(Entry::of).toList());
        });
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

    /** Catalogue entries. */
    record Catalogue(List<Entry> kernelVersions) {}

    /**
     * One version.
     *
     * @param reportedVersion what the program says of itself
     * @param expiresAt when ACTIVE turns into EXPIRED by itself; null for never
     */
    record Entry(
            String engine,
            String version,
            String lifecycle,
            String reportedVersion,
            String releaseNotes,
            @Nullable String expiresAt,
            List<Kernel.KernelPackage> packages) {

        static Entry of(Kernel kernel) {
            return new Entry(
                    kernel.engine(),
                    kernel.version().toString(),
                    kernel.lifecycle().name(),
                    kernel.reportedVersion(),
                    kernel.releaseNotes(),
                    Times.ofNullable(kernel.expiresAt()),
                    kernel.packages());
        }
    }
}
