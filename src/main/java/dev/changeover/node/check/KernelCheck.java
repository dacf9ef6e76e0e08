package dev.changeover.node.check;

import dev.changeover.haproxy.Program;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.host.Reason;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.BootPointer;
import dev.changeover.node.site.KernelStore;
import dev.changeover.node.site.PackagePlace;
import java.io.IOException;

/** The kernels of this host: whether they run here, which one boots, and whether there is room for the next. */
final class KernelCheck {
    private KernelCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var store = host.kernels();
        for (var kernel : store.all()) look(kernel, findings);
        boots(host, findings);
        var free = store.freeBytes();
        if (free < KernelStore.NEEDED_BYTES) {
            findings.problem(
                    store.directory().toString(),
                    "%d MB are free, %d MB are needed".formatted(free >> 20, KernelStore.NEEDED_BYTES >> 20),
                    "make room on this disk");
        }
    }

    private static void look(StagedKernel kernel, Findings findings) throws IOException, InterruptedException {
        var subject = "kernel " + kernel.version();
        try {
            var said = Program.in(kernel.directory()).reportedVersion();
            if (!said.equals(kernel.reportedVersion())) {
                findings.problem(
                        subject,
                        "its program says that it is %s, and said %s when it was staged"
                                .formatted(said, kernel.reportedVersion()),
                        "remove %s and stage it again".formatted(kernel.directory()));
                return;
            }
            findings.ok(
                    subject,
                    "%s runs on this host%s"
                            .formatted(said, RunDirectory.isInUse(kernel.directory()) ? ", and runs now" : ""));
        } catch (IOException broken) {
            findings.problem(
                    subject,
                    "it does not run on this host: " + Reason.of(broken),
                    "remove %s and stage it again".formatted(kernel.directory()));
        }
    }

    private static void boots(CheckedHost host, Findings findings) throws IOException, InterruptedException {
        var current = new BootPointer(host.configuration().runDir()).current();
        var initial = host.configuration().initialKernel();
        var kernel = host.bootKernel();
        if (kernel.isPresent()) {
            findings.ok(
                    "boot",
                    "kernel %s is started when nothing serves"
                            .formatted(kernel.get().version()));
        } else if (current.isPresent()) {
            findings.problem(
                    "boot",
                    "kernel %s is to be started when nothing serves, and is not in %s"
                            .formatted(current.get(), host.configuration().kernelsDir()),
                    "stage it, or start another one with 'changeover agent boot --kernel VERSION'");
        } else if (initial != null
                && !PackagePlace.isInOne(initial.url(), host.configuration().packageAddresses())) {
            findings.problem(
                    "initial_kernel",
                    "%s is none of package_addresses, so that it is never fetched".formatted(initial.url()),
                    "add its beginning to package_addresses");
        } else if (initial != null) {
            findings.ok(
                    "boot",
                    "kernel %s is fetched from %s at the first start".formatted(initial.version(), initial.url()));
        } else if (host.foreign().isPresent()) {
            findings.ok("boot", "'changeover agent adopt' keeps the program that runs as the first kernel");
        } else {
            findings.problem(
                    "boot",
                    "there is no kernel to start: nothing was staged, and agent.toml names none",
                    "add [initial_kernel] to agent.toml, or adopt a HAProxy that serves already");
        }
    }
}
