-- For those who watch, so that a look at the figures reads columns and no texts. Since when a node of an upgrade waits for
-- an operator; what the sessions of a node are; since when nobody takes a node's orders.
alter table task add column held_since timestamp(6) with time zone;
create index task_by_hold on task (held_since);

update task set held_since = (
    select min(h.at) from task_event h
    where h.job_id = task.job_id and h.kind = 'HELD' and not exists (
        select 1 from task_event r
        where r.job_id = h.job_id and r.node_id = h.node_id and r.kind = 'RELEASED' and r.number > h.number))
where outcome is null;

alter table node add column old_sessions integer default 0 not null; -- of the serving generation, older than the limit
alter table node add column retiring_sessions integer default 0 not null;
alter table node add column old_retiring_sessions integer default 0 not null;
alter table node add column silent_since timestamp(6) with time zone;
create index node_by_queue on node (task_queue);
create index node_by_silence on node (silent_since);

create index delivery_by_end on delivery (ended_at, channel, status);
