-- Where an upgrade stands for an operator: its phase, or HELD or PAUSED, and why. Open ones from before say their phase
-- until something happens.
alter table task add column state varchar(16) default '' not null;
alter table task add column state_reason text default '' not null;
update task set state = phase, state_reason = fail_reason;
