package dev.changeover.inventory;

import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Kernel.KernelPackage;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The kernel catalogue in the database. */
@Singleton
record JdbcCatalogue(Sql sql, Clock clock) {
    /** What nobody imported, and nobody has changed since an agent told of it. */
    private static final String TOLD = """
            lifecycle = 'ACTIVE' and expires_at is null and release_notes like 'Runs on node %; source only.' and not exists
                (select 1 from kernel_package p where p.engine = kernel.engine and p.numbers = kernel.numbers)
            """;

    List<Kernel> kernels(String engine) {
        var now = clock.instant();
        return registered(engine).stream().map(kernel -> kernel.at(now)).toList();
    }

    /** An entry's version and packages come from one statement, so that a replacement meanwhile cannot mix two. */
    List<Kernel> registered(String engine) {
        var rows = sql.list("""
                select k.*, p.arch, p.url, p.sha256
                from kernel k left join kernel_package p on p.engine = k.engine and p.numbers = k.numbers
                where k.engine = ? order by p.arch
                """, JdbcCatalogue::kernelWithOnePackage, engine);
        return rows.stream().collect(Collectors.groupingBy(Kernel::version)).values().stream()
                .map(ofOne -> ofOne.getFirst()
                        .with(ofOne.stream()
                                .flatMap(row -> row.packages().stream())
                                .toList()))
                .sorted(Comparator.comparing(Kernel::version).reversed())
                .toList();
    }

    /** Keeps every entry as it is, and others away, until the caller's transaction ends. */
    void hold() {
        sql.first("select one from kernel_gate where one = 1 for update", row -> true);
    }

    /** Adds or replaces an entry; runs in the caller's transaction, which {@link #hold holds} them all. */
    void put(Kernel kernel) {
        var engine = kernel.engine();
        var numbers = kernel.version().numbers();
        sql.change(
                "delete from kernel where reported_version = ? and not (engine = ? and numbers = ?) and " + TOLD,
                kernel.reportedVersion(),
                engine,
                numbers);
        refuseTakenReportedVersion(kernel);
        noteLifecycle(kernel);
        sql.change(
                """
                insert into kernel (engine, numbers, version, lifecycle, lifecycle_reason, reported_version, release_notes,
                    expires_at)
                values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                """,
                engine,
                numbers,
                kernel.version(),
                kernel.lifecycle(),
                kernel.lifecycleReason(),
                kernel.reportedVersion(),
                kernel.releaseNotes(),
                kernel.expiresAt());
        sql.change(
                """
                update kernel set version = ?, lifecycle = ?, lifecycle_reason = ?, reported_version = ?,
                    release_notes = ?, expires_at = ?
                where engine = ? and numbers = ?
                """,
                kernel.version(),
                kernel.lifecycle(),
                kernel.lifecycleReason(),
                kernel.reportedVersion(),
                kernel.releaseNotes(),
                kernel.expiresAt(),
                engine,
                numbers);
        sql.change("delete from kernel_package where engine = ? and numbers = ?", engine, numbers);
        for (var made : kernel.packages()) {
            sql.change(
                    "insert into kernel_package (engine, numbers, arch, url, sha256) values (?, ?, ?, ?, ?)",
                    engine,
                    numbers,
                    made.arch(),
                    made.url(),
                    made.sha256());
        }
    }

    /** A change of the lifecycle is written down for those who act on it, in the transaction that makes it. */
    private void noteLifecycle(Kernel kernel) {
        var former = sql.first(
                        "select lifecycle from kernel where engine = ? and numbers = ?",
                        row -> row.text("lifecycle"),
                        kernel.engine(),
                        kernel.version().numbers())
                .orElse(Kernel.Lifecycle.ACTIVE.name());
        if (!former.equals(kernel.lifecycle().name())) {
            sql.change(
                    "insert into kernel_change (engine, version, former, lifecycle, reason, at) values (?, ?, ?, ?, ?, ?)",
                    kernel.engine(),
                    kernel.version(),
                    former,
                    kernel.lifecycle(),
                    kernel.lifecycleReason(),
                    clock.instant());
        }
    }

    /**
     * Adds an entry without packages for what runs on a node, unless it, or one that reports itself like it, is there. Those
     * that no node runs any more go then: whoever reaches Temporal tells of as many as they like.
     */
    void putSource(String nodeId, KernelVersion version, String reportedVersion) {
        var added = sql.change(
                """
                insert into kernel (engine, numbers, version, lifecycle, reported_version, release_notes)
                select p.engine, ?, ?, ?, ?, ?
                from node n join proxy p on p.id = n.proxy_id
                where n.id = ? and not exists
                    (select 1 from kernel k where k.reported_version = ? or k.engine = p.engine and k.numbers = ?)
                on conflict do nothing
                """,
                version.numbers(),
                version,
                Kernel.Lifecycle.ACTIVE,
                reportedVersion,
                "Runs on node " + nodeId + "; source only.",
                nodeId,
                reportedVersion,
                version.numbers());
        if (added > 0) {
            sql.change("""
                    delete from kernel where numbers <> ? and not exists
                        (select 1 from node n join proxy p on p.id = n.proxy_id
                        where p.engine = kernel.engine and n.version = kernel.version) and
                    """ + TOLD, version.numbers());
        }
    }

    private void refuseTakenReportedVersion(Kernel kernel) {
        sql.first(
                        "select * from kernel where reported_version = ? and not (engine = ? and numbers = ?)",
                        row -> row.text("engine") + " " + row.text("version"),
                        kernel.reportedVersion(),
                        kernel.engine(),
                        kernel.version().numbers())
                .ifPresent(other -> {
                    throw new Inventory.Contradiction(
                            "kernel '%s %s' reports version '%s', which is already that of '%s'"
                                    .formatted(kernel.engine(), kernel.version(), kernel.reportedVersion(), other));
                });
    }

    private static Kernel kernelWithOnePackage(Row row) {
        var arch = row.textOrNull("arch");
        return new Kernel(
                row.text("engine"),
                KernelVersion.of(row.text("version")),
                row.constant(Kernel.Lifecycle.class, "lifecycle"),
                row.text("lifecycle_reason"),
                row.text("reported_version"),
                row.text("release_notes"),
                row.instantOrNull("expires_at"),
                arch == null ? List.of() : List.of(new KernelPackage(arch, row.text("url"), row.text("sha256"))));
    }
}
