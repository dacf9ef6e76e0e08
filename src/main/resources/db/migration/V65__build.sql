-- The versions of Changeover that have worked on this database: the newest that is alive works, the others stand aside.
create table build (
    version  varchar(64) primary key,
    alive_at timestamp(6) with time zone not null
);
