package dev.changeover.upgrade.workflow;

import dev.changeover.task.Instruction;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskPage;
import dev.changeover.task.TaskQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A ledger without a database, for tests of what is written into it. */
public final class MemoryLedger implements TaskLedger {
    private final Map<String, Task> tasks = new ConcurrentSkipListMap<>();
    private final Map<String, TreeMap<Integer, TaskEvent>> events = new ConcurrentSkipListMap<>();
    private final Map<String, String> claims = new ConcurrentHashMap<>();
    private final Map<String, String> proxyClaims = new ConcurrentHashMap<>();
    private final Map<String, Handover> handovers = new ConcurrentSkipListMap<>();
    private final Map<String, Instruction> instructions = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, String> runs = new ConcurrentHashMap<>();
    private final Map<String, Long> steps = new ConcurrentHashMap<>();
    private final ThreadLocal<Integer> together = ThreadLocal.withInitial(() -> 0);
    private final AtomicInteger gone = new AtomicInteger();
    private final AtomicInteger writings = new AtomicInteger();

    @Override
    public Optional<Task> task(String jobId) {
        return Optional.ofNullable(tasks.get(jobId));
    }

    @Override
    public Optional<Task> taskByKey(String projectId, String key) {
        return tasks.values().stream()
                .filter(task -> task.projectId().equals(projectId) && key.equals(task.key()))
                .findFirst();
    }

    /** Those whose upgrade has not ended altogether. */
    public List<Task> open() {
        return tasks.values().stream().filter(task -> task.outcome() == null).toList();
    }

    @Override
    public List<TaskPage.Line> open(TaskPage.@Nullable Line after, int limit) {
        return lines(open().stream().filter(task -> after == null));
    }

    @Override
    public List<Task> held() {
        return open().stream().filter(task -> task.state().equals("HELD")).toList();
    }

    @Override
    public List<TaskPage.Line> openOf(List<String> proxyIds) {
        return lines(open().stream().filter(task -> proxyIds.contains(task.proxyId())));
    }

    private static List<TaskPage.Line> lines(Stream<Task> those) {
        return those.map(task -> new TaskPage.Line(
                        task.jobId(),
                        task.projectId(),
                        task.instanceId(),
                        task.instanceName(),
                        task.proxyId(),
                        task.proxyName(),
                        task.kind(),
                        task.status(),
                        task.progress(),
                        task.sourceVersion(),
                        task.targetVersion(),
                        task.phase(),
                        "",
                        "",
                        task.outcome(),
                        task.failReason(),
                        task.createdAt(),
                        task.plannedStart(),
                        task.plannedEnd(),
                        task.endedAt()))
                .toList();
    }

    /** Every task, by its job. */
    public List<Task> all() {
        return List.copyOf(tasks.values());
    }

    @Override
    public TaskPage page(TaskQuery query) {
        throw new UnsupportedOperationException("workflows ask for no list");
    }

    @Override
    public boolean delete(String jobId, Instant at) {
        throw new UnsupportedOperationException("workflows delete nothing");
    }

    @Override
    public List<Duration> handovers(String proxyId, int limit) {
        return handovers.values().stream()
                .filter(handover -> handover.proxyId().equals(proxyId))
                .sorted(Comparator.comparing(Handover::servesAt).reversed())
                .map(Handover::took)
                .limit(limit)
                .toList();
    }

    @Override
    public void handedOver(Handover handover) {
        handovers.putIfAbsent(handover.jobId() + "/" + handover.nodeId(), handover);
    }

    @Override
    public String claim(String instanceId, String jobId) {
        return claims.computeIfAbsent(instanceId, free -> jobId);
    }

    @Override
    public Optional<String> claimant(String instanceId) {
        return Optional.ofNullable(claims.get(instanceId));
    }

    @Override
    public String claimProxy(String proxyId, String jobId) {
        return proxyClaims.computeIfAbsent(proxyId, free -> jobId);
    }

    @Override
    public Optional<String> proxyClaimant(String proxyId) {
        return Optional.ofNullable(proxyClaims.get(proxyId));
    }

    @Override
    public void releaseProxy(String jobId) {
        proxyClaims.values().removeIf(jobId::equals);
    }

    @Override
    public int claims() {
        return claims.size();
    }

    @Override
    public int pending(Instant now, Instant askedBefore) {
        return (int) tasks.values().stream()
                .filter(task -> task.outcome() == null && task.status() == Task.Status.PENDING)
                .filter(task -> task.createdAt().isBefore(askedBefore))
                .filter(task ->
                        task.plannedStart() != null && !task.plannedStart().isAfter(now))
                .count();
    }

    @Override
    public void release(String jobId) {
        claims.values().removeIf(jobId::equals);
    }

    @Override
    public synchronized List<TaskEvent> events(String jobId, int afterNumber) {
        return List.copyOf(events.getOrDefault(jobId, new TreeMap<>())
                .tailMap(afterNumber, false)
                .values());
    }

    @Override
    public void instruct(Instruction instruction) {
        instructions.putIfAbsent(instruction.id(), instruction);
    }

    @Override
    public void withdraw(String id) {
        instructions.remove(id);
    }

    @Override
    public void noted(String id, Instant at) {
        instructions.computeIfPresent(
                id,
                (key, it) -> new Instruction(it.id(), it.jobId(), it.command(), it.content(), it.actor(), it.at(), at));
    }

    @Override
    public boolean retract(String jobId) {
        return !runs.containsKey(jobId) && instructions.remove(jobId) != null;
    }

    @Override
    public List<Instruction> instructions(String jobId) {
        synchronized (instructions) {
            return instructions.values().stream()
                    .filter(instruction -> instruction.jobId().equals(jobId))
                    .toList();
        }
    }

    @Override
    public void workFor(String jobId, String runId) {
        if (instructions.containsKey(jobId)) {
            runs.putIfAbsent(jobId, runId);
        }
    }

    @Override
    public Optional<String> runOf(String jobId) {
        return Optional.ofNullable(runs.get(jobId));
    }

    @Override
    public long steps(String jobId, int count, long least) {
        return steps.merge(jobId, least + count, (before, fresh) -> Math.max(before, least) + count) - count + 1;
    }

    /** As after the restore of a dump that was made before the job. */
    public synchronized void forget(String jobId) {
        tasks.remove(jobId);
        events.remove(jobId);
        runs.remove(jobId);
        steps.remove(jobId);
        synchronized (instructions) {
            instructions.values().removeIf(each -> each.jobId().equals(jobId));
        }
        release(jobId);
        releaseProxy(jobId);
    }

    /** As after the restore of a dump that was made then. */
    public void restore(Task task) {
        tasks.put(task.jobId(), task);
    }

    /** The next so many writings fail, as they do while a database restarts. */
    public void beGone(int writings) {
        gone.set(writings);
    }

    /** How often somebody has tried to write a task. */
    public int writings() {
        return writings.get();
    }

    @Override
    public <T> T together(Supplier<T> work) {
        var claimed = Map.copyOf(claims);
        var claimedProxies = Map.copyOf(proxyClaims);
        var bound = Map.copyOf(runs);
        together.set(together.get() + 1);
        try {
            return work.get();
        } catch (RuntimeException undone) {
            claims.keySet().retainAll(claimed.keySet());
            proxyClaims.keySet().retainAll(claimedProxies.keySet());
            runs.keySet().retainAll(bound.keySet());
            throw undone;
        } finally {
            together.set(together.get() - 1);
        }
    }

    /** Whether the caller is in the midst of a transaction. */
    boolean isTogether() {
        return together.get() > 0;
    }

    @Override
    public synchronized boolean record(Task task, int last, List<TaskEvent> news) {
        writings.incrementAndGet();
        if (gone.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("no connection to the database");
        }
        tasks.put(task.jobId(), task);
        var known = events.computeIfAbsent(task.jobId(), id -> new TreeMap<>());
        var isThere = !news.isEmpty()
                && task.outcome() == null
                && known.containsKey(news.getLast().number());
        news.forEach(event -> known.putIfAbsent(event.number(), event));
        return !isThere;
    }
}
