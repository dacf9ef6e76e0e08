-- The one Temporal whose workflows this ledger is about: a server with another would take every open upgrade for ended.
create table temporal_home (
    one          int primary key check (one = 1),
    namespace_id varchar(64)                 not null,
    namespace    varchar(255)                not null,
    address      varchar(255)                not null,
    since        timestamp(6) with time zone not null
);
