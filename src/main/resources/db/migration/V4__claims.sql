-- Which job changes an instance: one at a time, decided by the database, so that two that begin at once have one winner.
create table claim (
    instance_id varchar(64) primary key,
    job_id      varchar(64) not null
);
create index claim_by_job on claim (job_id);

insert into claim (instance_id, job_id)
select instance_id, min(job_id) from task
where outcome is null and phase in ('ADMISSION', 'PRECHECK', 'STAGING', 'NODES')
group by instance_id;
