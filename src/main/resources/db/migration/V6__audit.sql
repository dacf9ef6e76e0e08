-- What was done and what was refused, and by whom. The entry is there before anything is changed, its outcome once it is
-- answered; V6.1 lets nobody change or delete either.
create table audit (
    request_id  varchar(64) primary key,
    at          timestamp(6) with time zone not null,
    actor       varchar(255) not null, -- empty where nobody is known
    credentials varchar(32)  not null,
    address     varchar(64)  not null,
    action      varchar(64)  not null,
    method      varchar(16)  not null,
    path        varchar(255) not null
);
create index audit_by_time on audit (at desc, request_id);
create index audit_by_actor on audit (actor, at desc, request_id);
create index audit_by_action on audit (action, at desc, request_id);

-- What it was done to. Like a task, an entry outlives what it was about.
create table audit_subject (
    request_id varchar(64)  not null references audit (request_id),
    kind       varchar(32)  not null,
    id         varchar(128) not null,
    primary key (request_id, kind, id)
);
create index audit_subject_by_id on audit_subject (kind, id, request_id);

create table audit_outcome (
    request_id   varchar(64) primary key references audit (request_id),
    at           timestamp(6) with time zone not null,
    status       integer     not null,
    code         varchar(32) not null, -- of the error; empty where there was none
    times        integer     not null, -- how many calls the entry stands for
    reason       text        not null,
    before_state text        not null, -- JSON objects
    after_state  text        not null
);
create index audit_outcome_by_status on audit_outcome (status, request_id);
