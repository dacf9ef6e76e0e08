-- A key that took the place of the first one: with the key file and this salt it is derived, and former keys lead to it.
alter table order_key add column salt varchar(64) default '' not null;
alter table order_key add column links text default '[]' not null;
alter table order_key add column changed_at timestamp(6) with time zone;
-- By which key a node's agent says it goes.
alter table node add column order_key varchar(32);
