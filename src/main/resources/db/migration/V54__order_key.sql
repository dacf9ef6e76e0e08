-- The key with which the servers of this database sign, by its fingerprint: with another key file nothing of it would work.
create table order_key (
    one         int primary key check (one = 1),
    fingerprint varchar(128) not null
);
