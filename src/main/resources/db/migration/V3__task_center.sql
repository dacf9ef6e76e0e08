-- What the Task Center lists. A deleted task is only no longer shown: its key stays taken, and what its workflow writes
-- late finds the row and does not bring it back.
alter table task add column planned_start timestamp(6) with time zone;
alter table task add column planned_end timestamp(6) with time zone;
alter table task add column deleted_at timestamp(6) with time zone;

drop index task_by_project;

-- What a list counts and sorts by is in the index, and no row is read that is not shown: by kind, by kind and status.
create index task_by_kind on task (project_id, kind, created_at desc, job_id, deleted_at);
create index task_by_status on task (project_id, kind, status, created_at desc, job_id, deleted_at);

-- An instance has few tasks.
create index task_by_instance on task (instance_id, created_at desc, job_id);
create index task_by_instance_name on task (project_id, instance_name, created_at desc, job_id);
create index task_by_proxy on task (proxy_id, created_at desc);
