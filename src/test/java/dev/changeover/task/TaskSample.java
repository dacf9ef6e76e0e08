package dev.changeover.task;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tasks for tests: a new job in a new project, unless told otherwise. */
public final class TaskSample {
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

    private String jobId = UUID.randomUUID().toString();
    private String projectId = "project-" + UUID.randomUUID();
    private String instanceId = "i1";
    private String instanceName = "shop";
    private String proxyId = "p1";
    private Task.Kind kind = Task.Kind.INSTANT;
    private Task.Status status = Task.Status.RUNNING;
    private int progress = 33;
    private String targetVersion = "2.22.07.000";
    private String phase = "HANDOVER";
    private String state = "NODES";
    private @Nullable String outcome;
    private String failReason = "";
    private String code = "";
    private @Nullable String key;
    private String fingerprint = "body-1";
    private Instant createdAt = NOON;
    private @Nullable Instant plannedStart;
    private @Nullable Instant plannedEnd;
    private @Nullable Instant endedAt;
    private String snapshot = "{\"phase\":\"HANDOVER\"}";

    /** A task that runs. */
    public static TaskSample running() {
        return new TaskSample();
    }

    /** One that waits for an opening of an hour, tomorrow. */
    public static TaskSample waiting() {
        var sample = new TaskSample();
        sample.kind = Task.Kind.SCHEDULED;
        sample.status = Task.Status.PENDING;
        sample.progress = 0;
        sample.phase = "WAITING";
        return sample.planned(NOON.plus(Duration.ofDays(1)), Duration.ofHours(1));
    }

    /** The same job, to be changed. */
    public static TaskSample of(Task task) {
        var sample = new TaskSample();
        sample.jobId = task.jobId();
        sample.projectId = task.projectId();
        sample.instanceId = task.instanceId();
        sample.instanceName = task.instanceName();
        sample.proxyId = task.proxyId();
        sample.kind = task.kind();
        sample.status = task.status();
        sample.progress = task.progress();
        sample.targetVersion = task.targetVersion();
        sample.phase = task.phase();
        sample.state = task.state();
        sample.outcome = task.outcome();
        sample.failReason = task.failReason();
        sample.code = task.code();
        sample.key = task.key();
        sample.fingerprint = task.fingerprint();
        sample.createdAt = task.createdAt();
        sample.plannedStart = task.plannedStart();
        sample.plannedEnd = task.plannedEnd();
        sample.endedAt = task.endedAt();
        sample.snapshot = task.snapshot();
        return sample;
    }

    public TaskSample job(String id) {
        jobId = id;
        return this;
    }

    public TaskSample project(String id) {
        projectId = id;
        return this;
    }

    public TaskSample instance(String id, String name) {
        instanceId = id;
        instanceName = name;
        return this;
    }

    public TaskSample proxy(String id) {
        proxyId = id;
        return this;
    }

    public TaskSample kind(Task.Kind of) {
        kind = of;
        return this;
    }

    public TaskSample state(String now) {
        state = now;
        return this;
    }

    public TaskSample status(Task.Status now) {
        status = now;
        return this;
    }

    public TaskSample progress(int percent) {
        progress = percent;
        return this;
    }

    public TaskSample key(@Nullable String by) {
        key = by;
        return this;
    }

    public TaskSample fingerprint(String of) {
        fingerprint = of;
        return this;
    }

    public TaskSample created(Instant at) {
        createdAt = at;
        return this;
    }

    public TaskSample planned(Instant opens, Duration length) {
        plannedStart = opens;
        plannedEnd = opens.plus(length);
        return this;
    }

    /** Everything that a running upgrade changes is changed. */
    public TaskSample ended(String how, Task.Status as) {
        status = as;
        progress = 100;
        targetVersion = "2.25.06.000";
        phase = "ENDED";
        state = "ENDED";
        outcome = how;
        failReason = "none";
        code = "DBS.1";
        endedAt = createdAt.plusSeconds(60);
        snapshot = "{}";
        return this;
    }

    public Task task() {
        return new Task(
                jobId,
                projectId,
                instanceId,
                instanceName,
                proxyId,
                proxyId + " proxy",
                kind,
                status,
                progress,
                "2.3.9.8",
                targetVersion,
                phase,
                state,
                "as " + state,
                outcome,
                failReason,
                code,
                "anna",
                key,
                fingerprint,
                createdAt,
                plannedStart,
                plannedEnd,
                endedAt,
                snapshot);
    }
}
