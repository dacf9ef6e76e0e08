-- One set for H2 (MODE=PostgreSQL) and PostgreSQL: only what both understand.

create table project (
    id     varchar(64) primary key,
    name   varchar(255) not null,
    region varchar(64)  not null
);

create table instance (
    id         varchar(64) primary key,
    project_id varchar(64)  not null references project (id),
    name       varchar(255) not null,
    status     varchar(16)  not null
);
create index instance_by_project on instance (project_id, id);

create table proxy (
    id          varchar(64) primary key,
    instance_id varchar(64)  not null references instance (id),
    name        varchar(255) not null,
    address     varchar(255) not null,
    port        integer      not null check (port between 1 and 65535),
    mode        varchar(16)  not null,
    engine      varchar(32)  not null,
    status      varchar(16)  not null
);
create index proxy_by_instance on proxy (instance_id, id);

create table node (
    id          varchar(64) primary key,
    proxy_id    varchar(64)  not null references proxy (id),
    position    integer      not null, -- where the fleet names it among the proxy's nodes
    name        varchar(255) not null,
    role        varchar(16)  not null,
    az_code     varchar(64)  not null,
    task_queue  varchar(255) not null,
    version     varchar(64)  not null,
    status      varchar(16)  not null,
    machine_id  varchar(64),
    observed_at timestamp(6) with time zone,
    sessions    integer      not null
);
create index node_by_proxy on node (proxy_id, position);

create table kernel (
    engine           varchar(32) not null,
    numbers          varchar(64) not null, -- the version without leading zeros: 2.23.06.001 and 2.23.6.1 are one
    version          varchar(64) not null, -- as it was written
    lifecycle        varchar(16) not null,
    reported_version varchar(128) not null unique,
    release_notes    text        not null,
    expires_at       timestamp(6) with time zone,
    primary key (engine, numbers)
);

create table kernel_package (
    engine  varchar(32)   not null,
    numbers varchar(64)   not null,
    arch    varchar(32)   not null,
    url     varchar(2048) not null,
    sha256  char(64)      not null,
    primary key (engine, numbers, arch),
    foreign key (engine, numbers) references kernel (engine, numbers) on delete cascade
);

-- A task outlives what it was about, so it names instance and proxy without referring to their rows.
create table task (
    job_id          varchar(64) primary key,
    project_id      varchar(64)  not null,
    instance_id     varchar(64)  not null,
    instance_name   varchar(255) not null,
    proxy_id        varchar(64)  not null,
    proxy_name      varchar(255) not null,
    kind            varchar(16)  not null,
    status          varchar(16)  not null,
    progress        integer      not null check (progress between 0 and 100),
    source_version  varchar(64)  not null,
    target_version  varchar(64)  not null,
    phase           varchar(32)  not null,
    outcome         varchar(32),
    fail_reason     text         not null,
    code            varchar(32)  not null,
    requester       varchar(255) not null,
    idempotency_key varchar(255),
    fingerprint     varchar(255) not null,
    created_at      timestamp(6) with time zone not null,
    ended_at        timestamp(6) with time zone,
    snapshot        text         not null,
    unique (project_id, idempotency_key)
);
create index task_by_project on task (project_id, created_at desc, job_id);
create index task_by_outcome on task (outcome, created_at);

create table task_event (
    job_id  varchar(64) not null references task (job_id) on delete cascade,
    number  integer     not null check (number > 0),
    at      timestamp(6) with time zone not null,
    kind    varchar(64) not null,
    node_id varchar(64),
    text    text        not null,
    primary key (job_id, number)
);
