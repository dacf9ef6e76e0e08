-- Tokens that were ended before their time, one by one: until they would have ended anyway.
create table ended_token (
    id         varchar(36) primary key,
    expires_at timestamp(6) with time zone not null
);
create index ended_token_by_expiry on ended_token (expires_at);
