-- Whom to tell of an instance, or of all instances of a project where it names none.
create table contact (
    id          varchar(64) primary key, -- follows from project, instance and name: declared again, it is replaced
    project_id  varchar(64)  not null references project (id) on delete cascade,
    instance_id varchar(64)  references instance (id) on delete cascade,
    name        varchar(255) not null,
    email       varchar(254),
    phone       varchar(16),
    webhook     varchar(2048),
    zone        varchar(64)  not null,
    quiet       varchar(16)  not null -- 22:00-07:00 on the clock of the zone, or none
);
create index contact_by_instance on contact (project_id, instance_id);

alter table notice add column reminder_of bigint; -- the plan that it reminds of; superseded by anything newer in the thread

-- Who is told of a notice, and with which delivery; decided once, when it is due.
create table notice_recipient (
    notice_id   bigint        not null references notice (id) on delete cascade,
    channel     varchar(16)   not null,
    address     varchar(2048) not null,
    contact_id  varchar(64)   not null,
    not_before  timestamp(6) with time zone not null, -- the end of the contact's quiet hours
    delivery_id varchar(64),
    primary key (notice_id, channel, address)
);
create index notice_recipient_by_delivery on notice_recipient (delivery_id, not_before);

-- A message to one address: of one notice, or a digest of several. The id is the Message-ID, the webhook-id.
create table delivery (
    id            varchar(64) primary key,
    channel       varchar(16)   not null,
    address       varchar(2048) not null,
    contact_name  varchar(255)  not null,
    zone          varchar(64)   not null,
    status        varchar(16)   not null, -- WAITING, SENT, UNKNOWN, BOUNCED, REFUSED, FAILED, OFF, WITHDRAWN
    reason        text          not null,
    attempts      integer       not null,
    unknowns      integer       not null, -- attempts that may have reached it or not
    created_at    timestamp(6) with time zone not null,
    next_at       timestamp(6) with time zone, -- of the next attempt; null when there is none
    claimed_by    varchar(64), -- of the attempt that is being made, or that was interrupted
    claimed_until timestamp(6) with time zone,
    ended_at      timestamp(6) with time zone
);
create index delivery_by_next on delivery (next_at);
