-- A held node is told of at any hour, and before everything else that is due.
alter table notice_recipient add column held integer default 0 not null; -- 1 where it is
alter table delivery add column held integer default 0 not null;

create index notice_by_kind on notice (state, kind, due_at, id);
drop index notice_recipient_by_delivery;
create index notice_recipient_by_delivery on notice_recipient (delivery_id, held, not_before);
create index notice_recipient_by_address on notice_recipient (address, channel, delivery_id);
drop index delivery_by_next;
create index delivery_by_next on delivery (held, next_at);
