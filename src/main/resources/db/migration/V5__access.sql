-- Who may call. An account without a password is a program's: it signs with an access key.
create table account (
    name          varchar(64) primary key,
    role          varchar(16) not null,
    password_hash varchar(255),
    -- tokens issued before are good no more
    valid_from    timestamp(6) with time zone not null,
    created_at    timestamp(6) with time zone not null
);

-- The projects an account sees; * for all there are and will be.
create table account_project (
    account    varchar(64) not null references account (name) on delete cascade,
    project_id varchar(64) not null,
    primary key (account, project_id)
);

create table access_key (
    id         varchar(64) primary key,
    account    varchar(64)  not null references account (name) on delete cascade,
    -- encrypted, not hashed: it is needed to check a signature
    secret     varchar(255) not null,
    created_at timestamp(6) with time zone not null
);
create index access_key_by_account on access_key (account);

-- Signatures of requests that change something, for as long as their date is accepted: each is good once.
create table signed_request (
    signature  char(64) primary key,
    expires_at timestamp(6) with time zone not null
);
create index signed_request_by_expiry on signed_request (expires_at);

-- SHA-256 of what stands for an operator until there is one.
create table one_time_token (
    hash       char(64) primary key,
    created_at timestamp(6) with time zone not null
);
