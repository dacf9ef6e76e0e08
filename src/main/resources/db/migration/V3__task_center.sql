-- What the Task Center lists. A deleted task is only no longer shown: its key stays taken, and what its workflow writes
-- late finds the row and does not bring it back.
alter table task add column planned_start timestamp(6) with time zone;
alter table task add column planned_end timestamp(6) with time zone;
alter table task add column deleted_at timestamp(6) with time zone;

-- Has every column that a list filters and sorts by, so that counting and paging read no row that is not shown.
create index task_by_kind on task
    (project_id, kind, created_at desc, job_id, status, instance_id, instance_name, deleted_at);
create index task_by_instance on task (instance_id, created_at desc, job_id);
create index task_by_proxy on task (proxy_id, created_at desc);
