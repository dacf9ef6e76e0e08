-- What each node of an upgrade took, soak left out: what the next upgrade of the same proxy is estimated by.
create table handover (
    job_id    varchar(64) not null references task (job_id) on delete cascade,
    node_id   varchar(64) not null,
    proxy_id  varchar(64) not null,
    serves_at timestamp(6) with time zone not null,
    millis    integer     not null,
    primary key (job_id, node_id)
);
create index handover_by_proxy on handover (proxy_id, serves_at desc, millis);
