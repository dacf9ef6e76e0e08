-- Which job may change a proxy, from its admission until every node serves: while old sessions still end, the next may begin.
create table proxy_claim (
    proxy_id varchar(64) primary key,
    job_id   varchar(64) not null
);
create index proxy_claim_by_job on proxy_claim (job_id);

insert into proxy_claim (proxy_id, job_id)
select proxy_id, min(job_id) from task
where outcome is null and phase in ('ADMISSION', 'PRECHECK', 'WAITING', 'STAGING', 'NODES')
group by proxy_id;
